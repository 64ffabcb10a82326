# frozen_string_literal: true

require_relative 'answer_head'
require_relative 'fault'

module HagakiWorker
  # The answer to one call: its head, then the blocks of its body.
  #
  #   in      status, headers, strings
  #   out     the frames of one answer
  #   raises  TypeError, ArgumentError: the app breaks the Rack specification
  #           AnswerFaulty: the body is not what its content-length says
  #           CallOver: nobody waits for the answer any more
  #
  # A block is never held back while the app makes the next one: each goes out at once, and together with the
  # head only when it is known to be the whole body.
  class Response
    # RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5.
    BODYLESS = [204, 205, 304].freeze
    private_constant :BODYLESS

    def initialize(call, status, headers)
      @call = call
      @head = AnswerHead.read(status, headers)
      @length = @head.length # of the body, as promised
      @sent = 0 # octets of it
      @stage = :nothing # how much of the answer is sent: then :head, and perhaps some of the body; :whole
    end

    # The largest body, in octets, that goes out with its head.
    def inline
      @call.inline
    end

    # True when no body goes out, whatever the app yields.
    def bodyless?
      @call.head.method == 'HEAD' || BODYLESS.include?(@head.status)
    end

    # The body has so many octets, unless the app has said how many.
    def expect(octets)
      @length ||= octets
    end

    # Sends the head, its body to follow.
    def open
      return unless @stage == :nothing && !bodyless?

      @call.begin(@head.status, @head.content_type, @head.fields, @length)
      @stage = :head
    end

    # Sends a block of the body; waits for credit.
    #
    # Octets beyond the content-length are refused rather than cut: the client would take what is left for the
    # whole.
    def write(block)
      size = Response.checked(block).bytesize
      @call.check unless @stage == :whole # or an app that yields "" while it waits would wait for ever
      return if size.zero? || bodyless?
      if @length && @sent + size > @length
        raise AnswerFaulty, "its body has more octets than it should, #{@length}"
      end

      if @stage == :nothing && @length == size && size <= inline
        respond(block.b)
      else
        open
        @call.data(block.b)
      end
      @sent += size
    end

    # Sends a body that is all there, and ends the answer.
    def write_whole(blocks)
      total = blocks.sum { |block| Response.checked(block).bytesize }
      expect(total)
      raise AnswerFaulty, "its body has #{total} octets and should have #{@length}" if @length != total

      return respond(blocks.size == 1 ? Response.octets(blocks[0]) : blocks.map(&:b).join) if total <= inline

      blocks.each { |block| write(block) }
      finish
    end

    # Ends the answer: the app has no more blocks.
    def finish
      return if @stage == :whole

      if bodyless?
        respond(nil)
      elsif @length && @sent != @length
        raise AnswerFaulty, "its body has #{@sent} octets and should have #{@length}"
      elsif @stage == :head
        @call.finish
        @stage = :whole
      else
        respond('')
      end
    end

    def self.checked(block)
      return block if block.is_a?(String)

      raise TypeError, "a block of a body must be a String, not #{block.inspect[0, 100]}"
    end

    # As they are put behind a head.
    def self.octets(block)
      block.ascii_only? ? block : block.b
    end

    private

    def respond(body)
      fields = body.nil? ? fields_alone : @head.fields
      @call.respond(@head.status, @head.content_type, fields, body)
      @stage = :whole
    end

    # The fields of an answer without a body. A content-length then tells what GET would give, and stays with
    # HEAD and 304; on 204 and 205 it has no meaning (RFC 9110 section 8.6).
    def fields_alone
      return @head.fields if @head.length.nil? || [204, 205].include?(@head.status)

      @head.fields + ['content-length', @head.length.to_s]
    end
  end
end
