# frozen_string_literal: true

require 'json'
require_relative 'refused'

module Hagaki
  class Client
    # Items of an answer, of JSON lines as they come. A line that begins with "!" is the failure that ends them, an empty
    # one a sign of life.
    class Items
      LIMIT = 1_048_576 # bytes of one, where the contract says none
      MORE = 4_096 # what is no item, as a failure is, needs no less
      private_constant :MORE

      # `failed` is called with the problem of a failure, and raises.
      def initialize(limit, failed)
        @limit = limit || LIMIT
        @most = @limit + MORE
        @failed = failed
        @unread = String.new
      end

      # CallLost for what is no item.
      def feed(piece, &block)
        *lines, @unread = (@unread << piece).split("\n", -1)
        lines.each { |line| take(line, &block) }
        raise CallLost, "an item is over #{@limit} bytes" if @unread.bytesize > @most
      end

      def finish(&block)
        take(@unread, &block)
      end

      private

      def take(line, &block)
        return if line.strip.empty?
        raise CallLost, "an item is over #{@limit} bytes" if line.bytesize > @most
        return @failed.call(parsed(line.byteslice(1..))) if line.start_with?('!')

        block.call(parsed(line))
      end

      def parsed(line)
        text = line.dup.force_encoding(Encoding::UTF_8)
        return JSON.parse(text) if text.valid_encoding?

        raise CallLost, 'an item is no JSON'
      rescue JSON::ParserError
        raise CallLost, 'an item is no JSON'
      end
    end
    private_constant :Items
  end
end
