# frozen_string_literal: true

require 'stringio'
require 'tempfile'
require_relative 'fault'

module HagakiWorker
  # What `rack.input` is: the body of a request as a binary stream.
  #
  # A body that came beside its head is a StringIO. One that is still to come is read as the app reads it. Rack 2
  # wants it to be rewindable, and then what was read is kept in a file; Rack 3 does not.
  module Input
    # `rewindable`: keep what was read.
    def self.of(body, rewindable)
      return StringIO.new(body.whole || String.new) unless body.pending?

      rewindable ? Rewindable.new(body) : Stream.new(body)
    end

    # `gets`, `each`, `read` and `close`, as the Rack specification has them, and `readpartial` of IO. CallOver
    # when nobody is there any more to send the rest.
    class Stream
      PIECE = 65_536 # octets
      private_constant :PIECE

      def initialize(body)
        @body = body
        @unread = String.new
        @ended = false
      end

      # As IO#read: all of it, "" at the end; or so many octets, fewer at the end and then nil.
      def read(length = nil, buffer = nil)
        raise ArgumentError, "negative length #{length} given" if length&.negative?

        fill until @ended || (length && @unread.bytesize >= length)
        piece = length.nil? ? take(@unread.bytesize) : take_some(length)
        return piece if buffer.nil?

        buffer.replace(piece || '')
        piece && buffer
      end

      # What is there, once something is. EOFError at the end.
      def readpartial(length, buffer = nil)
        fill if @unread.empty? && length.positive?
        piece = take_some(length)
        buffer&.replace(piece || '')
        raise EOFError, 'end of file reached' if piece.nil?

        buffer || piece
      end

      # The next line with its line feed, or nil.
      def gets
        at = 0
        while (found = @unread.index("\n", at)).nil?
          at = @unread.bytesize
          fill
          return (@unread.empty? ? nil : take(@unread.bytesize)) if @ended
        end
        take(found + 1)
      end

      def each
        return enum_for(:each) unless block_given?

        while (line = gets)
          yield line
        end
        self
      end

      # The rest is not wanted.
      def close
        @ended = true
        @unread.clear
        nil
      end

      def external_encoding
        Encoding::BINARY
      end

      def binmode?
        true
      end

      private

      # More octets into `@unread`, or `@ended`.
      def fill
        return if @ended

        piece = pull(PIECE)
        piece.nil? ? @ended = true : @unread << piece
      end

      def pull(most)
        @body.read_some(most)
      end

      def take(octets)
        @unread.slice!(0, octets)
      end

      # nil at the end, unless nothing was asked for.
      def take_some(octets)
        @unread.empty? && octets.positive? ? nil : take(octets)
      end
    end

    # Keeps what was read in a file, to be read again.
    class Rewindable < Stream
      def initialize(body)
        super
        @kept = nil # the file
        @size = 0 # octets in it
        @at = 0 # where to read on, up to its end
      end

      def rewind
        @unread.clear
        @at = 0
        @ended = false
        0
      end

      def close
        super
        @kept&.close!
        @kept = nil
        @size = @at = 0
        nil
      end

      private

      def pull(most)
        return again(most) if @at < @size

        piece = super
        keep(piece) unless piece.nil?
        piece
      end

      def again(most)
        @kept.seek(@at)
        piece = @kept.read(most)
        @at += piece.bytesize
        piece
      end

      def keep(piece)
        @kept ||= Tempfile.new('hagaki-input', binmode: true).tap(&:unlink)
        @kept.seek(@size)
        @kept.write(piece)
        @at = @size += piece.bytesize
      end
    end
  end
end
