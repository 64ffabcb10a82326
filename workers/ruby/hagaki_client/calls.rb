# frozen_string_literal: true

require 'json'
require_relative '../hagaki_handlers/failure'
require_relative 'composed'
require_relative 'exchange'
require_relative 'refused'

module Hagaki
  class Client
    # Calls by name, over HTTP.
    class Calls
      REPEATABLE = %w[reads replaces deletes].freeze
      private_constant :REPEATABLE

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

      def call(name, data, timeout: @timeout, headers: {})
        handler = @handlers.fetch(name) { raise KeyError, "the contract has no handler #{name.inspect}" }
        composed = Composed.of(handler, data)
        fields = { **@headers, **lower(headers) }
        ending = timeout && (now + timeout)
        tries = REPEATABLE.include?(handler['verb']) ? 1 + @retries : 1
        begin
          tries -= 1
          given(handler, *@exchange.ask(composed, fields, left(ending)))
        rescue CallLost
          retry if tries.positive?
          raise
        end
      end

      private

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
        data = read(octets, status)
        return handler.key?('offers') && status != 204 ? data : nil if status < 300

        problem = data.is_a?(Hash) ? data : {}
        code = problem['code'] if problem['code'].is_a?(String)
        kind = (handler['errors'] || {}).dig(code, 'kind') unless code.nil?
        raise Failure.declare(code, kind).new(problem['data']) if Failure::KINDS.include?(kind)

        raise Answered.new(status, code, problem['data'])
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
