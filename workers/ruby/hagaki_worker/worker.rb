# frozen_string_literal: true

require_relative 'link'
require_relative 'log'
require_relative 'pool'
require_relative 'signals'
require_relative 'writer'

module HagakiWorker
  # A worker from its hello to its exit.
  #
  #   in   an app's handler, the link, signals
  #   out  an exit status: 0 when the link closed or SIGTERM came, 2 when the caller broke the protocol
  #
  # It is gone STOP_SECONDS after it learns that it shall stop, whatever the app does. Calls that run when
  # SIGTERM comes may end well; once the link is gone nobody could tell, and they are cut off. Then the app has
  # CLOSE_SECONDS to close what it has opened.
  class Worker
    STOP_SECONDS = 2.8 # fewer than the three after which the gateway, and our lifeline, end it by force
    CLOSE_SECONDS = 0.9 # of those, for what the app has opened
    CALLS_SECONDS = 1.7 # of those, for the calls that run
    DRAIN_SECONDS = 1.4 # of those, on SIGTERM, before they are cut off
    private_constant :CLOSE_SECONDS, :CALLS_SECONDS, :DRAIN_SECONDS

    # `software` is what the hello says of this worker.
    def initialize(handler, threads, input, output, software = 'ruby-rack')
      @endings = Thread::Queue.new # which a signal handler may push to
      @handler = handler
      @name = handler.name
      @software = software
      @pool = Pool.new(threads) { |call| handler.serve(call) }
      @link = Link.new(input, Writer.new(output) { ended(nil) }, self, handler.name, handler.contract)
    end

    # Serves until it shall stop, in the main thread. Ends the process.
    def run
      Signals.on_terminate { @endings << :terminated }
      @pool.start
      @link.open(@software)
      stop(@endings.pop)
    end

    # For the link: takes a call.
    def offer(call)
      return if @pool.submit(call)

      call.fail('call_refused', { to: @name, reason: "#{Pool::MAX_QUEUED} calls wait already" })
    end

    # For the link: a call was cancelled.
    def withdraw(call)
      @pool.withdraw(call)
    end

    # For the link: it is over, by a fault of the caller's, or nil.
    def ended(fault)
      @endings << [fault]
    end

    private

    def stop(ending)
      deadline = now + CALLS_SECONDS
      fault = ending == :terminated ? nil : ending[0]
      status = fault.nil? ? 0 : 2
      exit_in(STOP_SECONDS, status)
      Log.say("link closed: #{fault}") unless fault.nil?
      drain if ending == :terminated
      @link.lose('the worker stops')
      @pool.stop
      idle = @pool.wait_idle(deadline - now)
      @handler.close(CLOSE_SECONDS)
      # Threads that still run would be ended in the midst of what they do, or not at all.
      exit!(status) unless idle
      exit(status)
    end

    def drain
      last = @link.stop_taking
      queued = @pool.clear # in the order of their numbers
      @link.go_away(queued.empty? ? last : queued[0].number - 1, 'the worker stops')
      queued.each { |call| call.cancel('it was not begun') }
      @pool.wait_idle(DRAIN_SECONDS)
    end

    # For what still keeps the process: the app's at_exit blocks.
    def exit_in(seconds, status)
      Thread.new do
        sleep(seconds)
        exit!(status)
      end
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
