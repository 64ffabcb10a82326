# frozen_string_literal: true

require_relative 'fault'

module HagakiWorker
  # Credit: how many octets of one answer the caller is ready to take.
  #
  #   in   grants, from the reader thread
  #   out  permissions to send, to the thread that runs the app; it waits here for them
  #
  # `spec/frames.md`, "Calls". This wait is the whole back-pressure: an app that yields faster than its client
  # reads is held up, and nothing piles up between them.
  class Credit
    MAX = (2**31) - 1
    LOCK = Mutex.new # of any call's: held for a sum
    private_constant :LOCK

    def initialize
      @changed = nil # made when somebody waits: nearly every answer is sent without credit
      @octets = 0
      @broken = nil
    end

    # FrameFault when more than 2^31 - 1 octets would be granted and not yet used.
    def add(granted)
      LOCK.synchronize do
        @octets += granted
        raise FrameFault, "credit of #{@octets} octets: #{MAX} are possible" if @octets > MAX

        @changed&.broadcast
      end
    end

    # Waits for credit and uses up to `most` octets of it. CallOver when none will come.
    def take(most)
      LOCK.synchronize do
        (@changed ||= ConditionVariable.new).wait(LOCK) while @octets.zero? && @broken.nil?
        raise CallOver, @broken unless @broken.nil?

        taken = [@octets, most].min
        @octets -= taken
        taken
      end
    end

    def break_off(reason)
      LOCK.synchronize do
        @broken = reason
        @changed&.broadcast
      end
    end
  end
end
