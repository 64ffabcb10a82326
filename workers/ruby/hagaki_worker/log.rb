# frozen_string_literal: true

module HagakiWorker
  # The worker's own lines on standard error, each written at once so that threads do not mix theirs.
  module Log
    module_function

    def say(line)
      write("hagaki: #{line}\n")
    end

    # A line, and what went wrong with its backtrace.
    def say_failure(line, error)
      write("hagaki: #{line}\n#{error.full_message(highlight: false, order: :top).chomp}\n")
    end

    def write(text)
      $stderr.write(text)
    rescue IOError, SystemCallError
      nil # closed by the gateway or by the app: nobody is left to tell
    end
    private_class_method :write
  end
end
