# frozen_string_literal: true

require_relative 'fault'
require_relative 'head'

module HagakiWorker
  # The body of one request.
  #
  #   in   data and end, from the reader thread
  #   out  octets, to the thread that runs the app; credit, to the caller
  #
  # `spec/frames.md`, "Calls". No credit is granted before the app reads, so a body that nobody wants never
  # leaves the gateway (and a client that expects 100-continue is not told to go on). From then on at most
  # WINDOW octets are granted or wait here.
  class RequestBody
    WINDOW = 262_144 # octets

    # `member` is nil, octets or Pending; the block and what it is for as `new` has them.
    def self.of(member, &grant)
      return member.nil? ? NONE : WholeBody.new(member) unless member.is_a?(Head::Pending)

      new(member, &grant)
    end

    # `member` is Pending; the block sends credit for so many octets, and may raise CallOver.
    def initialize(member, &grant)
      @lock = Mutex.new
      @changed = ConditionVariable.new
      @grant = grant
      @unread = String.new
      @granted = 0 # octets, and not yet arrived
      @left = member.length
      @ended = false
      @broken = nil
    end

    def pending?
      true
    end

    # Takes a data frame. FrameFault: after the end, without credit, or beyond the length.
    def feed(data)
      size = data.bytesize
      @lock.synchronize do
        raise FrameFault, 'data after the end of a body' if @ended
        raise FrameFault, "#{size} octets of data and credit for #{@granted}" if size > @granted
        raise FrameFault, 'data beyond the length of a body' if @left && size > @left

        @granted -= size
        @left -= size if @left
        @unread << data if @broken.nil?
        @changed.broadcast
      end
    end

    # Takes an end frame. FrameFault: a second one, or one before the length is reached.
    def end_
      @lock.synchronize do
        raise FrameFault, 'a second end of a body' if @ended
        raise FrameFault, "the end of a body #{@left} octets before its length" if @left&.positive?

        @ended = true
        @changed.broadcast
      end
    end

    def break_off(reason)
      @lock.synchronize do
        @broken = reason
        @unread.clear
        @changed.broadcast
      end
    end

    # Waits for 1 to `most` octets; nil at the end. CallOver when no more will come.
    def read_some(most)
      ask
      @lock.synchronize do
        @changed.wait(@lock) until !@unread.empty? || @ended || @left&.zero? || @broken
        raise CallOver, @broken unless @broken.nil?

        @unread.empty? ? nil : @unread.slice!(0, most)
      end
    end

    private

    # What is counted as granted is granted: a Timeout of the app's waits until it is.
    def ask
      Thread.handle_interrupt(Object => :never) do
        due = @lock.synchronize do
          octets = due_now
          @granted += octets
          octets
        end
        # Outside the lock: this may wait for the pipe, and the reader thread must not.
        @grant.call(due) if due.positive?
      end
    end

    # How much to grant now: rarely and much, rather than a frame for every read.
    def due_now
      return 0 if @ended || @broken

      room = WINDOW - @granted - @unread.bytesize
      return @left - @granted if @left && room >= @left - @granted

      room >= WINDOW / 2 ? room : 0
    end
  end

  # A body that came beside its head, or none.
  class WholeBody
    # Octets; nil without any.
    attr_reader :whole

    def initialize(octets)
      @whole = octets
    end

    def pending?
      false
    end

    def feed(_data)
      raise FrameFault, 'data after the end of a body'
    end

    def end_
      raise FrameFault, 'a second end of a body'
    end

    def break_off(_reason)
      nil
    end
  end

  RequestBody::NONE = WholeBody.new(nil).freeze
end
