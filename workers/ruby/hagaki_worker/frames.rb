# frozen_string_literal: true

require_relative 'fault'

module HagakiWorker
  # Frames: bytes to frames and back. Pure, no input or output.
  #
  #   in      pieces of a byte stream, cut anywhere
  #   out     frames: type, call, payload
  #   raises  FrameFault: a length out of range, or a type that is not in the table
  #
  # `spec/frames.md`, "Framing". A length is judged when its four octets are there and a type when its one is,
  # so what cannot become a frame is never buffered: at most one frame waits here unfinished.
  module Frames
    HELLO = 1
    REQUEST = 2
    RESPONSE = 3
    DATA = 4
    END_ = 5
    CREDIT = 6
    CANCEL = 7
    FAILED = 8
    CALL = 9
    RESULT = 10
    TIMEOUT = 11
    PING = 12
    PONG = 13
    GO_AWAY = 14
    HINT = 15

    MAX_LENGTH = 196_608 # octets after the length itself: type, call, payload
    MAX_DATA = 65_536 # body octets in one data frame
    MAX_HEAD = 65_536 # octets of a head's JSON
    MAX_INLINE = 65_536 # body octets that may travel with a head
    MAX_WORDS = 8_192 # octets of a hello, of a reason, of a hint
    MAX_CALL = (2**32) - 1

    TYPE_AND_CALL = 5 # octets of those two, counted by the length
    PREFIX = 9 # octets before a payload
    MAX_PAYLOAD = MAX_LENGTH - TYPE_AND_CALL

    # Least and most payload octets by type. JSON and heads are judged by who decodes them.
    PAYLOAD = {
      HELLO => 0..MAX_WORDS,
      REQUEST => 0..MAX_PAYLOAD,
      RESPONSE => 0..MAX_PAYLOAD,
      DATA => 1..MAX_DATA,
      END_ => 0..MAX_PAYLOAD,
      CREDIT => 4..4,
      CANCEL => 0..MAX_WORDS,
      FAILED => 0..MAX_PAYLOAD,
      CALL => 0..MAX_PAYLOAD,
      RESULT => 0..MAX_PAYLOAD,
      TIMEOUT => 4..4,
      PING => 4..4,
      PONG => 4..4,
      GO_AWAY => 0..MAX_WORDS,
      HINT => 2..MAX_WORDS
    }.freeze

    # One frame as octets. ArgumentError for a payload or number that no frame may have.
    def self.encode(type, call, payload = '')
      octets = payload.bytesize
      unless PAYLOAD.fetch(type).cover?(octets) && call.between?(0, MAX_CALL)
        raise ArgumentError, "no frame of type #{type} for call #{call} has #{octets} octets"
      end

      [TYPE_AND_CALL + octets, type, call].pack('NCN') << payload
    end

    # Takes octets by `receive`, goes from frame to frame by `advance`, and is the frame it is at: no object is made
    # for one. After a FrameFault the stream has no meaning any more; the decoder is to be dropped.
    class Decoder
      # Stands behind the octets: a string that is cut off another's end shares its memory, and a few octets would
      # hold all that was read with them.
      BEHIND = "\0".b.freeze
      private_constant :BEHIND

      # Of the frame: its type, its call's number, and where in `octets` its payload begins, with how many octets.
      attr_reader :type, :call, :octets, :at, :size

      def initialize
        @octets = String.new
        @end = 0 # of what has come
        @next = 0 # where the next frame begins
      end

      # Where nothing is left, as nearly always, `data` is not copied, but changed. It is the caller's again when
      # there are no more frames.
      def receive(data)
        @octets = @octets.empty? ? data : @octets << data
        @end = @octets.bytesize
        @octets << BEHIND
        @next = 0
      end

      # Goes to the next whole frame. False when more octets are needed.
      def advance
        have = @end - @next
        return wait if have < 4

        length, @type, @call = @octets.unpack('NCN', offset: @next)
        unless length.between?(TYPE_AND_CALL, MAX_LENGTH)
          raise FrameFault, "a frame of #{length} octets: 5 to #{MAX_LENGTH} are possible"
        end
        return wait if have < 5

        @size = length - TYPE_AND_CALL
        judge(@type, @size)
        return wait if have < 4 + length

        @at = @next + PREFIX
        @next += 4 + length
        true
      end

      # That of the frame, as octets of its own.
      def payload
        @octets.byteslice(@at, @size)
      end

      private

      # Keeps what is left of the octets.
      def wait
        @octets = @octets.byteslice(@next, @end - @next)
        @end -= @next
        @next = 0
        false
      end

      def judge(type, octets)
        possible = PAYLOAD[type]
        raise FrameFault, "a frame of unknown type #{type}" if possible.nil?
        return if possible.cover?(octets)

        raise FrameFault, "a frame of type #{type} with #{octets} payload octets: " \
                          "#{possible.begin} to #{possible.end} are possible"
      end
    end
  end
end
