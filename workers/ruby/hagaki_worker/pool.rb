# frozen_string_literal: true

module HagakiWorker
  # The threads that run calls, and the calls that wait for one.
  #
  #   in   calls, from the reader thread
  #   out  `run.call(call)` for each, in the order they came, on one of N threads
  class Pool
    MAX_QUEUED = 1_024

    def initialize(threads, &run)
      @run = run
      @threads = threads
      @queued = []
      @running = 0
      @asleep = 0 # threads
      @waking = false # one of them was told of a call, and has not yet come for it
      @lock = Mutex.new
      @offered = ConditionVariable.new
      @idle = ConditionVariable.new
      @stopped = false
    end

    def start
      @threads.times { |number| start_thread(number) }
    end

    # The process ends, and its threads with it.
    def stop
      @stopped = true
    end

    # Queues a call. False when 1,024 wait already.
    def submit(call)
      @lock.synchronize do
        return false if @queued.size >= MAX_QUEUED

        @queued << call
        wake
        true
      end
    end

    # Takes a call that was cancelled out of the queue, so that only live ones fill it.
    def withdraw(call)
      @lock.synchronize { @queued.delete(call) }
    end

    # Empties the queue and gives what was in it.
    def clear
      @lock.synchronize { @queued.slice!(0, @queued.size) }
    end

    # True when no call waits or runs any more, within that time.
    def wait_idle(seconds)
      deadline = now + seconds
      @lock.synchronize do
        until @running.zero? && @queued.empty?
          left = deadline - now
          return false if left <= 0

          @idle.wait(@lock, left)
        end
        true
      end
    end

    private

    def start_thread(number)
      Thread.new do
        work
      ensure
        start_thread(number) unless @stopped # the app has ended the thread that it was called on
      end.tap { |thread| thread.name = "hagaki-#{number}" }
    end

    # One at a time: only one thread runs in Ruby at a time, and one that does not wait takes the calls behind it
    # as well. When it waits, the one that was told goes on, and tells the next.
    def wake
      return if @waking || @asleep.zero? || @queued.empty?

      @waking = true
      @offered.signal
    end

    def next_call
      @lock.synchronize do
        sleep_once while @queued.empty?
        @running += 1
        @queued.shift.tap { wake }
      end
    end

    def sleep_once
      @asleep += 1
      @offered.wait(@lock)
    ensure
      @asleep -= 1
      @waking = false
    end

    def work
      loop do
        call = next_call
        begin
          @run.call(call) unless call.over?
        ensure
          call = nil # or this thread would hold its bodies until the next one
          @lock.synchronize do
            @running -= 1
            @idle.broadcast
          end
        end
      end
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
