# frozen_string_literal: true

require_relative 'fault'
require_relative 'gems'
require_relative 'lifeline'
require_relative 'log'
require_relative 'signals'
require_relative 'stdio'

module HagakiWorker
  # The command line: `ruby run.rb rack config.ru [--threads 4] [--name NAME]`, in the app's folder. NAME is what
  # the gateway calls the app.
  #
  # Exit status: 0 stopped, 1 the app cannot be loaded, 2 the caller broke the protocol or the command line is
  # faulty.
  module Cli
    USAGE = 'Write: ruby run.rb rack config.ru [--threads 1 to 1024] [--name NAME]'
    private_constant :USAGE

    module_function

    def run(arguments)
      kind, path, *rest = arguments
      options = { '--threads' => '4', '--name' => "rack('#{path}')" }
      known = rest.each_slice(2).all? { |name, value| options.key?(name) && value && options[name] = value }
      threads = options['--threads'].match?(/\A[0-9]{1,4}\z/) ? options['--threads'].to_i : 0
      unless kind == 'rack' && path && known && threads.between?(1, 1_024)
        warn USAGE
        exit 2
      end
      serve(path, threads, options['--name'])
    end

    # Loads the app and serves it on what standard input and output were.
    def serve(path, threads, name)
      input, output = Stdio.take_link
      Lifeline.end_with_parent
      Signals.ignore_interrupt
      begin
        Gems.set_up # before json, which the rest needs
        require_relative 'handler'
        require_relative 'load'
        require_relative 'worker'
        app, release = Load.app(path)
      rescue LoadFailure => e
        line = "#{name}: #{e.message}. #{e.fix}"
        e.cause.nil? ? Log.say(line) : Log.say_failure(line, e.cause)
        tell(output, name, e)
        exit! 1
      end
      handler = Handler.new(app, name, release: release, multithread: threads > 1)
      Worker.new(handler, threads, input, output).run
    end

    def tell(output, name, failure)
      require_relative 'frames'
      require_relative 'payload'
      detail = { what: name, reason: failure.message, fix: failure.fix }
      output.write(Frames.encode(Frames::FAILED, 0, Payload.write_failed('setup_faulty', detail)))
    rescue SystemCallError
      nil # the gateway is gone, and the log has it
    end
    private_class_method :tell
  end
end
