# frozen_string_literal: true

module HagakiWorker
  # What is due at a time: one thread for all of it, begun when it is first needed.
  class Clock
    def initialize
      @lock = Mutex.new
      @changed = ConditionVariable.new
      @due = {} # by key: when, and what to do then
      @thread = nil
    end

    # Runs the block in so many milliseconds, unless `forget` comes first. One task by key, the last one.
    def in(milliseconds, key, &task)
      @lock.synchronize do
        @due[key] = [now + (milliseconds / 1_000.0), task]
        @thread ||= Thread.new { run }.tap { |thread| thread.name = 'hagaki-clock' }
        @changed.signal
      end
    end

    def forget(key)
      @lock.synchronize { @due.delete(key) }
    end

    private

    def run
      loop { ripe.each(&:call) }
    end

    # Waits for what is due, and takes it.
    def ripe
      @lock.synchronize do
        loop do
          time = now
          keys = @due.select { |_, (at, _)| at <= time }.keys
          return keys.map { |key| @due.delete(key).last } unless keys.empty?

          first = @due.each_value.map(&:first).min
          @changed.wait(@lock, first && (first - time))
        end
      end
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
