# frozen_string_literal: true

module HagakiWorker
  # The worker's own lines on standard error, each written at once so that threads do not mix theirs.
  module Log
    OURS = %r{\A\s*(?:from )?#{Regexp.escape(File.dirname(__dir__))}/hagaki_(?:worker|handlers)/}.freeze
    private_constant :OURS

    module_function

    def say(line)
      write("hagaki: #{line}\n")
    end

    # A line, and what went wrong with its backtrace, but for the lines that lead to the app.
    def say_failure(line, error)
      first, *rest = error.full_message(highlight: false, order: :top).lines(chomp: true)
      write("hagaki: #{[line, first, *rest.reject { |place| OURS.match?(place) }].join("\n")}\n")
    end

    def write(text)
      $stderr.write(text)
    rescue IOError, SystemCallError
      nil # closed by the gateway or by the app: nobody is left to tell
    end
    private_class_method :write
  end
end
