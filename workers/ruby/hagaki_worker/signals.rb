# frozen_string_literal: true

module HagakiWorker
  # Signals of a worker, and of what the app forks from it.
  module Signals
    # A fork has no gateway to end it.
    module Forks
      def _fork
        super.tap { |pid| %w[INT TERM].each { |name| trap(name, 'DEFAULT') } if pid.zero? }
      end
    end

    module_function

    # Ctrl-C goes to the whole process group. The gateway, which got it too, ends us by closing the link once
    # the calls are answered.
    #
    # A block and not 'IGNORE', which every program that the app starts would inherit.
    def ignore_interrupt
      of_this_process('INT') { nil }
      Process.singleton_class.prepend(Forks) if Process.respond_to?(:_fork)
    end

    def on_terminate(&stop)
      of_this_process('TERM', &stop)
    end

    # A signal may come to a fork before it has done with what it inherits. Ruby's own default would raise in
    # the app's code, and from there in ours, which still has the link.
    def of_this_process(name, &handle)
      own = Process.pid
      trap(name) { Process.pid == own ? handle.call : end_by(name) }
    end

    # At once: no code of anybody's runs first.
    def end_by(name)
      trap(name, 'SYSTEM_DEFAULT')
      Process.kill(name, Process.pid)
    end
  end
end
