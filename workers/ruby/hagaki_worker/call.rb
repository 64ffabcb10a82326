# frozen_string_literal: true

require_relative 'body'
require_relative 'carried'
require_relative 'credit'
require_relative 'fault'
require_relative 'frames'
require_relative 'head'
require_relative 'log'
require_relative 'payload'

module HagakiWorker
  # One call: a request that came, and the frames of the answer to it.
  #
  # Its request body and its credit are fed by the reader thread; everything else is the thread that runs the
  # app on it. A call is over when its answer is whole, has failed, or is not wanted any more; from then on
  # nothing is sent for it, and whoever still reads or writes gets CallOver.
  class Call
    ENDING = Mutex.new # of any call: held for a comparison
    private_constant :ENDING

    attr_reader :number, :head, :body, :credit, :inline

    # `link` sends frames (`send_frame`), is told that the call is over (`forget`), and has the `clock` and the
    # app's `name`. `inline` is the largest body, in octets, that the caller takes with a head.
    def initialize(number, head, body, inline, link)
      @number = number
      @head = head
      @inline = inline
      @link = link
      @body = RequestBody.of(body) { |octets| transmit(Frames::CREDIT, Payload.write_credit(octets)) }
      @length = body.is_a?(Head::Pending) ? body.length : body&.bytesize
      @credit = Credit.new
      @over = nil
      @begun = false
      @timed = false
      @told = nil
      @hints = nil
      @carried = Carried.written(head.context)
    end

    # Told to close once the answer begins, or a hint of another thread might come behind it.
    attr_writer :hints

    # Octets of the request body; nil without one, and when nobody knows yet.
    attr_reader :length

    def over?
      !@over.nil?
    end

    # Sends a whole answer, its body inline or none. AnswerFaulty when its head is too large.
    def respond(status, content_type, fields, body)
      conclude(Frames::RESPONSE, Head.write_response(status, content_type, fields, body, changed))
    end

    # Sends the result of a call by name, as JSON; nil for none.
    def give(data)
      return conclude(Frames::RESULT, Head.write_result(data, :data, changed)) if data.nil? || data.bytesize <= @inline

      @begun = true
      transmit(Frames::RESULT, Head.write_result(Head::Pending.new(data.bytesize), :data, changed))
      self.data(data)
      finish
    end

    # Begins a result that flows, :items or :chunks, by `data` and `finish`.
    def begin_giving(gives)
      @begun = true
      transmit(Frames::RESULT, Head.write_result(Head::Pending.new(nil), gives, changed))
    end

    # Sends the head of an answer whose body follows by `data` and `finish`. AnswerFaulty as above.
    def begin(status, content_type, fields, length)
      payload = Head.write_response(status, content_type, fields, Head::Pending.new(length), changed)
      @hints&.close
      @begun = true
      transmit(Frames::RESPONSE, payload)
    end

    # Tells fields before the answer, as `Payload.write_hint` has them. CallOver when nobody waits.
    def hint(octets)
      transmit(Frames::HINT, octets)
    end

    # Sends a piece of the body, waiting for credit as often as it takes.
    def data(octets)
      at = 0
      size = octets.bytesize
      while at < size
        count = @credit.take([size - at, Frames::MAX_DATA].min)
        transmit(Frames::DATA, octets.byteslice(at, count))
        at += count
      end
    end

    def finish
      conclude(Frames::END_, '')
    end

    # Says that the answer will not come, or not to its end. Nothing when nobody waits. Where the detail cannot be
    # sent, the log has it, and the caller app_failed.
    def fail(code, detail, kind = nil)
      conclude(Frames::FAILED, failed(code, detail, kind))
    rescue CallOver
      nil
    end

    # From now on the answer may take so long to begin; nil for as long as it takes.
    def limit(milliseconds)
      @link.clock.forget(self) if @timed
      return if milliseconds.nil? || over? || @begun

      @timed = true
      @link.clock.in(milliseconds, self) do
        fail('call_timeout', { to: @link.name, limitMs: milliseconds }) unless @begun
      end
    end

    # Nobody waits any more: wakes whoever waits for credit or data.
    def cancel(reason)
      close(reason)
    end

    # Runs the block once, with why, when the call is over; at once when it is. Its thread may be any.
    def when_over(&told)
      reason = ENDING.synchronize do
        @told = told
        @over
      end
      told.call(reason) unless reason.nil?
    end

    # CallOver when the call is over.
    def check
      raise CallOver, @over unless @over.nil?
    end

    private

    def failed(code, detail, kind)
      Payload.write_failed(code, detail, kind)
    rescue JSON::JSONError, EncodingError, ArgumentError => e
      Log.say_failure("the data of #{code} cannot be sent", e)
      Payload.write_failed('app_failed', {})
    end

    def changed
      Carried.changed(@head.context, @carried)
    end

    def transmit(type, payload)
      check
      begin
        @link.send_frame(Frames.encode(type, @number, payload))
      rescue CallOver => e
        close(e.message) # or it would seem to go on until the link says so
        raise
      end
    end

    def conclude(type, payload)
      # Over first: what the caller sends from here on crosses with this frame.
      raise CallOver, @over unless close('its answer is complete')

      @link.send_frame(Frames.encode(type, @number, payload))
    end

    # False when it was over before.
    def close(reason)
      told = ENDING.synchronize do
        return false unless @over.nil?

        @over = reason
        @told
      end
      told&.call(reason)
      @link.clock.forget(self) if @timed
      @link.forget(@number)
      @body.break_off(reason)
      @credit.break_off(reason)
      true
    end
  end
end
