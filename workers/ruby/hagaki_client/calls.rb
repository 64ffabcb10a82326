# frozen_string_literal: true

require 'json'
require_relative '../hagaki_handlers/failure'
require_relative 'composed'
require_relative 'exchange'
require_relative 'items'
require_relative 'refused'

module Hagaki
  class Client
    # Calls by name, over HTTP.
    class Calls
      REPEATABLE = %w[reads replaces deletes].freeze
      FLOWING = %w[items chunks].freeze
      private_constant :REPEATABLE, :FLOWING

      # As `Client`.
      def initialize(contract, base, headers:, timeout:, retries:, tls:)
        unless contract.is_a?(Hash) && contract['hagaki'] == 1 && contract['handlers'].is_a?(Hash)
          raise ArgumentError, 'it is no contract: write one with hagaki contract notes.ts -o notes.json'
        end

        @handlers = contract['handlers']
        @exchange = Exchange.new(base, tls)
        @headers = lower(headers)
        @timeout = timeout
        @retries = retries
      end

      def names
        @handlers.keys
      end

      def call(name, data, timeout: @timeout, headers: {}, &block)
        handler = @handlers.fetch(name) { raise KeyError, "the contract has no handler #{name.inspect}" }
        composed = Composed.of(handler, data)
        flows = FLOWING.include?(handler['gives'])
        return enum_for(:call, name, data, timeout: timeout, headers: headers) if flows && block.nil?

        fields = { **@headers, **lower(headers) }
        return flow(handler, composed, fields, timeout, &block) if flows

        ending = timeout && (now + timeout)
        repeating(handler, composed) { given(handler, *@exchange.ask(composed, fields, left(ending))) }
      end

      private

      # Until it gives something: what was given cannot be taken back.
      def repeating(handler, composed)
        tries = REPEATABLE.include?(handler['verb']) && !composed.flows? ? 1 + @retries : 1
        begin
          tries -= 1
          yield -> { tries = 0 }
        rescue CallLost
          retry if tries.positive?
          raise
        end
      end

      def flow(handler, composed, fields, timeout, &block)
        repeating(handler, composed) do |begun|
          @exchange.open(composed, fields, timeout) do |status, pieces|
            next given(handler, status, whole(pieces)) if status >= 300

            begun.call
            handler['gives'] == 'items' ? items(handler, pieces, &block) : pieces.each(&block)
            nil
          end
        end
      end

      def items(handler, pieces, &block)
        items = Items.new(handler['itemLimit'], ->(problem) { refused(handler, problem, nil) })
        pieces.each { |piece| items.feed(piece, &block) }
        items.finish(&block)
      end

      # A refusal, which is small.
      def whole(pieces)
        pieces.each_with_object(String.new) { |piece, octets| octets << piece if octets.bytesize < Items::LIMIT }
      end

      def lower(headers)
        headers.to_h { |name, value| [name.to_s.downcase, value] }
      end

      def left(ending)
        return nil if ending.nil?

        seconds = ending - now
        raise CallTimeout, 'the time of the call is up' unless seconds.positive?

        seconds
      end

      def now
        Process.clock_gettime(Process::CLOCK_MONOTONIC)
      end

      def given(handler, status, octets)
        return raw(handler, octets) if status < 300 && %w[bytes text].include?(handler['gives'])

        data = read(octets, status)
        return handler.key?('offers') && status != 204 ? data : nil if status < 300

        refused(handler, data, status)
      end

      def raw(handler, octets)
        return octets if handler['gives'] == 'bytes'

        text = octets.force_encoding(Encoding::UTF_8)
        text.valid_encoding? ? text : raise(CallLost, 'the answer is no text')
      end

      # Raises what a problem says; `status` is that of the answer, nil where its own is to hold.
      def refused(handler, problem, status)
        problem = {} unless problem.is_a?(Hash)
        code = problem['code'] if problem['code'].is_a?(String)
        kind = (handler['errors'] || {}).dig(code, 'kind') unless code.nil?
        raise Failure.declare(code, kind).new(problem['data']) if Failure::KINDS.include?(kind)

        raise Answered.new(status || problem['status'], code, problem['data'])
      end

      def read(octets, status)
        return nil if octets.empty?

        text = octets.force_encoding(Encoding::UTF_8)
        return JSON.parse(text) if text.valid_encoding? # which it does not look at

        raise JSON::ParserError
      rescue JSON::ParserError # of what is too deep as well
        raise CallLost, 'the answer is no JSON' if status < 300

        nil
      end
    end
    private_constant :Calls
  end
end
