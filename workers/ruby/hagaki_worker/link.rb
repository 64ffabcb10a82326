# frozen_string_literal: true

require_relative 'call'
require_relative 'clock'
require_relative 'fault'
require_relative 'frames'
require_relative 'head'
require_relative 'log'
require_relative 'payload'

module HagakiWorker
  # The link: a thread that reads frames, and the calls under way.
  #
  #   in   an IO to read, a Writer
  #   out  calls, offered as they come; the ending, told once
  #
  # The reader thread never runs app code, so credit, data and cancels arrive whatever the apps do.
  # `spec/frames.md`; every fault of its "Errors" ends the link.
  class Link
    READ = 65_536 # octets at once

    attr_reader :clock, :name

    # `events` answers `offer(call)`, which must not wait, `withdraw(call)` for those that were cancelled, and
    # `ended(fault)`: once, from the reader thread, nil when the link just closed. `name` is the app's, in faults. `contract` is
    # the mark of what may be called by name; without one no name is known.
    def initialize(input, writer, events, name, contract = nil)
      @input = input
      @writer = writer
      @events = events
      @name = name
      @contract = contract
      @clock = Clock.new
      @calls = {}
      @lock = Mutex.new # of the calls
      # While a call is taken and offered. Else one might be offered behind those that the caller sends elsewhere,
      # of which it would then be one.
      @taking = Mutex.new
      @last = 0 # the highest call number so far
      @inline = nil # of the caller's hello; nil before it
      @leaving = false # this side takes no new calls
      @left = false # the caller begins no new calls
    end

    # Says hello and starts to read.
    def open(name)
      send_of_link(Frames::HELLO, Payload.write_hello(name, @contract))
      Thread.new { read }.name = 'hagaki-link'
    end

    # Takes no new calls; gives the number of the last one that was taken, and offered.
    def stop_taking
      @taking.synchronize do
        @leaving = true
        @last
      end
    end

    # Tells the caller, which may send the calls behind `last` elsewhere.
    def go_away(last, reason)
      send_of_link(Frames::GO_AWAY, Payload.write_go_away(last, reason))
    end

    # Cancels all calls. From then on nothing is sent any more.
    def lose(reason)
      @writer.close
      @lock.synchronize { @calls.values }.each { |call| call.cancel(reason) }
    end

    # For calls: writes a frame. CallOver when the link is lost.
    def send_frame(frame)
      @writer.write(frame)
    end

    # For calls: one is over.
    def forget(number)
      @lock.synchronize { @calls.delete(number) }
    end

    private

    def read
      fault = nil
      begin
        decoder = Frames::Decoder.new
        buffer = String.new(capacity: READ + 1)
        loop do
          decoder.receive(octets(buffer))
          on_frame(decoder) while decoder.advance
        end
      rescue FrameFault => e
        fault = e.message
      rescue IOError, SystemCallError
        nil # a reset is an end like any other
      rescue Exception => e # rubocop:disable Lint/RescueException
        Log.say_failure('the reader thread failed', e)
        fault = 'the worker is at fault'
      end
      lose('the link is lost')
      @events.ended(fault)
    end

    # What is there, and otherwise what comes, in `buffer`: a new one for each read is 64 KiB to be found and given
    # back. A read that may wait lets other threads run first, even when something is there.
    def octets(buffer)
      read = @input.read_nonblock(READ, buffer, exception: false)
      return @input.readpartial(READ, buffer) if read == :wait_readable

      read || raise(EOFError)
    end

    def on_frame(frame)
      raise FrameFault, 'a frame before hello' if @inline.nil? && frame.type != Frames::HELLO

      case frame.type
      when Frames::REQUEST then on_request(frame)
      when Frames::CREDIT then on_credit(frame)
      when Frames::DATA then call_of(frame)&.body&.feed(frame.payload)
      when Frames::END_ then on_end(frame)
      when Frames::CANCEL then on_cancel(frame)
      when Frames::TIMEOUT then on_timeout(frame)
      when Frames::PING then on_ping(frame)
      when Frames::HELLO then on_hello(frame)
      when Frames::CALL then on_call(frame)
      when Frames::PONG then raise FrameFault, 'a pong without a ping'
      when Frames::GO_AWAY then on_go_away(frame)
      else raise FrameFault, "a frame of type #{frame.type}, which only a worker sends"
      end
    end

    def on_hello(frame)
      raise FrameFault, 'a second hello' unless @inline.nil?
      raise FrameFault, 'a hello with a call number' unless frame.call.zero?

      @inline = Payload.read_hello(frame.payload)
    end

    def on_request(frame)
      judge_number(frame, 'request')
      begin_call(frame, *Head.read_request(frame.octets, Frames::MAX_INLINE, frame.at, frame.size))
    end

    def begin_call(frame, head, body)
      call = Call.new(frame.call, head, body, @inline, self)
      @taking.synchronize do
        @last = frame.call
        return if @leaving # it crossed with the go-away, and the caller knows that it was not begun

        @lock.synchronize { @calls[call.number] = call }
        @events.offer(call)
      end
    end

    def on_call(frame)
      judge_number(frame, 'call')
      head, body = Head.read_call(frame.payload, Frames::MAX_INLINE)
      return begin_call(frame, head, body) unless @contract.nil?

      @taking.synchronize do
        @last = frame.call
        return if @leaving
      end
      send_of_link(Frames::FAILED, Payload.write_failed('handler_unknown', { name: head.name }), frame.call)
    end

    def judge_number(frame, what)
      raise FrameFault, "a #{what} after the caller's go-away" if @left
      raise FrameFault, "#{what} #{frame.call} after #{what} #{@last}" if frame.call <= @last
    end

    def on_end(frame)
      Payload.read_trailers(frame.payload)
      call_of(frame)&.body&.end_
    end

    def on_credit(frame)
      granted = Payload.read_credit(frame.payload)
      call_of(frame)&.credit&.add(granted)
    end

    def on_cancel(frame)
      reason = Payload.read_cancel(frame.payload)
      call = call_of(frame)
      return if call.nil?

      call.cancel("cancelled: #{reason}")
      @events.withdraw(call)
    end

    def on_timeout(frame)
      milliseconds = Payload.read_timeout(frame.payload)
      call_of(frame)&.limit(milliseconds)
    end

    def on_ping(frame)
      of_link(frame)
      send_of_link(Frames::PONG, frame.payload)
    end

    def on_go_away(frame)
      of_link(frame)
      raise FrameFault, 'a second go-away' if @left

      Payload.read_go_away(frame.payload)
      @left = true
    end

    def of_link(frame)
      raise FrameFault, "a frame of type #{frame.type} with a call number" unless frame.call.zero?
    end

    def send_of_link(type, payload, call = 0)
      send_frame(Frames.encode(type, call, payload))
    rescue CallOver
      nil # the reader thread will find the end as well
    end

    # The call of a frame; nil when it is over, since the frame crossed with its end.
    def call_of(frame)
      unless frame.call.between?(1, @last)
        raise FrameFault, "a frame of type #{frame.type} for call #{frame.call}, which never was"
      end

      @lock.synchronize { @calls[frame.call] }
    end
  end
end
