# frozen_string_literal: true

require 'json'
require_relative '../hagaki_worker/fault'
require_relative 'part'

module Hagaki
  # What flows in and out of a handler: the line of a call with what stands behind it, items, bytes.
  #
  #   {"data":...,"guards":{...},"resume":null} LF items as JSON lines, or octets
  #
  # Nothing is read before it is asked for, and nothing is sent before the caller takes it.
  module Flow
    PIECE = 65_536 # octets at once

    # The body of one call: `line`, then what flows.
    class Arrival
      attr_reader :line

      # CallOver when no more will come.
      def initialize(body)
        @body = body
        octets = body.pending? ? String.new : body.whole.to_s.b
        at = octets.index("\n")
        while at.nil? && body.pending? && (piece = body.read_some(PIECE))
          seen = octets.bytesize
          octets << piece
          at = octets.index("\n", seen)
        end
        @rest = at.nil? ? '' : octets.byteslice(at + 1, octets.bytesize)
        octets = octets.byteslice(0, at) unless at.nil?
        @line = octets.empty? ? nil : Flow.read(octets)
        @kept = []
      end

      # Octets as they come.
      def each_piece
        while (piece = next_piece)
          yield piece
        end
      end

      # Parts of a form as they come.
      def each_part(&block)
        ArrivingParts.new(->(spooled) { @kept << spooled }) { next_piece }.each(&block)
      end

      # Lets go of what was spooled: the call is over.
      def close
        @kept.each(&:close)
      end

      # Items as they come: each is whole, and was checked.
      def each_item
        unread = String.new
        each_piece do |piece|
          *lines, unread = (unread << piece).split("\n", -1)
          lines.each { |line| yield Flow.read(line) unless line.empty? }
        end
      end

      def whole
        String.new.tap { |octets| each_piece { |piece| octets << piece } }
      end

      private

      # nil at the end.
      def next_piece
        rest = @rest
        @rest = ''
        return rest unless rest.empty?

        @body.read_some(PIECE) if @body.pending?
      end
    end

    # What flows in, as a handler takes it: once, by `each` and what comes of it.
    class Taken
      include Enumerable

      def initialize(arrival, each)
        @arrival = arrival
        @each = each
      end

      def each(&block)
        return enum_for(:each) if block.nil?

        @arrival.public_send(@each, &block)
        self
      end
    end

    module_function

    def read(octets)
      JSON.parse(octets.dup.force_encoding(Encoding::UTF_8))
    end

    # AnswerFaulty for what JSON has not. `what` gave it.
    def write(data, what)
      JSON.generate(checked(data)).force_encoding(Encoding::BINARY)
    rescue JSON::GeneratorError, JSON::NestingError, EncodingError, TypeError => e
      raise HagakiWorker::AnswerFaulty, "#{what} gives what is no data: #{e.message.lines.first.to_s.strip[0, 200]}"
    end

    # The json gem would write any object as its to_s.
    def checked(data)
      case data
      when nil, true, false, String, Symbol, Integer, Float then data
      when Array then data.each { |one| checked(one) }
      when Hash
        data.each do |name, one|
          raise TypeError, "a name is a #{name.class}" unless name.is_a?(String) || name.is_a?(Symbol)

          checked(one)
        end
      else raise TypeError, "#{data.class} is none"
      end
    end

    # AnswerFaulty for what is no bytes.
    def octets(piece, what)
      return piece.b if piece.is_a?(String)

      raise HagakiWorker::AnswerFaulty, "#{what} gives bytes, and one piece is a #{piece.class}"
    end
  end
end
