# frozen_string_literal: true

require_relative 'log'
require_relative 'signals'

module HagakiWorker
  # A process that the app has forked, when it comes back into our code: it is nobody's worker.
  module Forked
    WORKER = Process.pid
    private_constant :WORKER

    module_function

    def here?
      Process.pid != WORKER
    end

    # Ends this process as an error that nothing rescued would.
    def finish(error)
      case error
      when SystemExit then exit!(error.status)
      when SignalException then Signals.end_by(error.signo)
      else
        Log.say_failure('a fork of the app failed', error)
        exit!(1)
      end
    end
  end
end
