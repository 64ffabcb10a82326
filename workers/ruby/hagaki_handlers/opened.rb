# frozen_string_literal: true

require_relative '../hagaki_worker/log'
require_relative 'faulty'
require_relative 'resource'

module Hagaki
  # Resources that are open. Each is opened and closed on a thread of its own, which is left where it hangs.
  #
  #   in      resources in order, with the names they are asked for; the values of those that others stand in for
  #   raises  SetupFaulty, naming the one that does not open; those before it are closed
  class Opened
    CLOSE_SECONDS = 0.9

    # `within` is how many seconds they have together.
    def initialize(resources, given = {}, within: Resource::MOST_SECONDS)
      @ending = now + within
      @values = given.dup
      @held = []
      @used = {}.compare_by_identity
      resources.each { |one, name| add(one, name) }
    rescue SetupFaulty
      close
      raise
    end

    # The values of some, by name, as methods of what is given; nil where there are none.
    def used(uses)
      return nil if uses.empty?

      @used[uses] ||= Struct.new(*uses.keys).new(*@values.values_at(*uses.values)).freeze
    end

    # The same as a Hash, by names that are strings.
    def values(uses)
      uses.to_h { |name, one| [name.to_s, @values[one]] }
    end

    # In reverse. One that fails or hangs is told to the log, and stops no other.
    def close(seconds = CLOSE_SECONDS)
      ending = now + seconds
      until @held.empty?
        # One that hangs leaves the others their share.
        left = [0.0, ending - now].max / @held.size
        @held.pop.close(left)
      end
    end

    private

    def add(resource, name)
      held = Held.new(resource, name)
      @values[resource] = held.open(used(resource.uses), [0.0, [resource.timeout, @ending - now].min].max)
      @held << held
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    # One of them.
    class Held
      FIX = 'The boot stopped because handlers ask for it: mend what it opens, or take it out of uses'
      private_constant :FIX

      def initialize(resource, name)
        @resource = resource
        @what = "Resource #{name.to_s.inspect}"
        @lock = Mutex.new
        @state = :opening # then :open, or :given_up
      end

      # Its value. SetupFaulty.
      def open(used, seconds)
        ended = Thread.new { opening(used) }.join(seconds)
        return @value if @state == :open
        raise faulty(reason_of(@error)), cause: @error if @error
        raise faulty('it ended its thread') if ended
        raise faulty("it is not open after #{format('%g', seconds.round(1))} s") if give_up

        @value
      end

      def close(seconds)
        return unless @resource.closes?

        return unless Thread.new { closing(@value) }.join(seconds).nil?

        HagakiWorker::Log.say("#{@what} is not closed after #{format('%.1f', seconds)} s, and is left")
      end

      private

      def opening(used)
        value = @resource.open(used)
        in_time = @lock.synchronize do
          next false if @state == :given_up

          @value = value
          @state = :open
        end
        closing(value) unless in_time # nobody waits for it any more
      rescue Exception => e # rubocop:disable Lint/RescueException
        @error = e
      end

      # False when it has just opened after all.
      def give_up
        @lock.synchronize do
          next false if @state == :open

          @state = :given_up
          true
        end
      end

      def closing(value)
        @resource.close(value)
      rescue Exception => e # rubocop:disable Lint/RescueException
        HagakiWorker::Log.say_failure("#{@what} did not close", e)
      end

      def reason_of(error)
        "#{error.class}: #{error.message.lines.first.to_s.strip}".delete_suffix('.')
      end

      def faulty(reason)
        SetupFaulty.new(@what, reason, FIX)
      end
    end
    private_constant :Held
  end
end
