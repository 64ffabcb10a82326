# frozen_string_literal: true

require_relative 'fault'
require_relative 'gems'
require_relative 'heap'
require_relative 'lifeline'
require_relative 'log'
require_relative 'signals'
require_relative 'stdio'

module HagakiWorker
  # The command line, in the app's folder:
  #
  #   ruby run.rb rack config.ru [--early-hints yes] [--threads 4] [--name NAME]
  #   ruby run.rb handlers notes.rb [--service Notes] [--threads 4] [--name NAME]
  #   ruby run.rb offer notes.rb     opens none of its resources, and only says what it offers
  #
  # NAME is what the gateway calls the app.
  #
  # Exit status: 0 stopped, 1 the app cannot be loaded, 2 the caller broke the protocol or the command line is
  # faulty.
  module Cli
    USAGE = 'Write: ruby run.rb rack config.ru [--early-hints yes], ' \
            'or: ruby run.rb handlers notes.rb [--service Notes], or offer for handlers; ' \
            '[--threads 1 to 1024] [--name NAME]'
    private_constant :USAGE

    module_function

    def run(arguments)
      kind, path, *rest = arguments
      options = { '--threads' => '4', '--name' => "#{kind == 'rack' ? 'rack' : 'ruby'}('#{path}')" }
      options[kind == 'rack' ? '--early-hints' : '--service'] = nil
      known = rest.each_slice(2).all? { |name, value| options.key?(name) && value && options[name] = value }
      threads = options['--threads'].match?(/\A[0-9]{1,4}\z/) ? options['--threads'].to_i : 0
      unless %w[rack handlers offer].include?(kind) && path && known && threads.between?(1, 1_024)
        warn USAGE
        exit 2
      end
      serve(threads, options['--name'], "ruby-#{kind}") do |name|
        if kind == 'rack'
          rack(path, name, threads, !options['--early-hints'].nil?)
        else
          handlers(path, name, options['--service'], kind == 'handlers')
        end
      end
    end

    # Serves what the block loads on what standard input and output were.
    def serve(threads, name, software)
      input, output = Stdio.take_link
      Lifeline.end_with_parent
      Signals.ignore_interrupt
      begin
        Gems.set_up # before json, which the rest needs
        require_relative 'worker'
        handler = yield name
      rescue LoadFailure => e
        line = "#{name}: #{e.message}. #{e.fix}"
        e.cause.nil? ? Log.say(line) : Log.say_failure(line, e.cause)
        tell(output, name, e)
        exit! 1
      end
      Heap.make_room
      Worker.new(handler, threads, input, output, software).run
    end

    def rack(path, name, threads, early_hints)
      require_relative 'handler'
      require_relative 'load'
      app, release = Load.app(path)
      Handler.new(app, name, release: release, multithread: threads > 1, early_hints: early_hints)
    end
    private_class_method :rack

    def handlers(path, name, service, opens)
      # Services say: require 'hagaki_handlers'. It is there, and no other of that name.
      $LOADED_FEATURES << 'hagaki_handlers.rb'
      require_relative '../hagaki_handlers'
      require_relative '../hagaki_handlers/gateway'
      require_relative '../hagaki_handlers/load'
      plans = Hagaki::Load.plans(path, service)
      Hagaki::Gateway.new(plans, name, opens ? Hagaki::Load.resources(plans) : nil)
    end
    private_class_method :handlers

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
