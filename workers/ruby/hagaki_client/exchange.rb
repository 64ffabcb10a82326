# frozen_string_literal: true

require 'net/http'
require 'openssl'
require 'timeout'
require 'uri'
require_relative 'flowing'
require_relative 'refused'

module Hagaki
  class Client
    # Requests over HTTP, each on a connection of its own.
    class Exchange
      MOST = 67_108_864 # octets of an answer
      BASE = 'write it like "https://api.example.com/v1"'
      private_constant :MOST, :BASE

      # `tls` are options of Net::HTTP, such as `ca_file`. ArgumentError for a base that is none.
      def initialize(base, tls)
        uri = URI.parse(base)
        unless uri.is_a?(URI::HTTP) && !uri.hostname.to_s.empty? && [uri.query, uri.fragment, uri.userinfo].none?
          raise ArgumentError, "#{base.inspect} is no base address: #{BASE}"
        end

        @host = uri.hostname
        @port = uri.port
        @root = uri.path.chomp('/')
        @options = uri.scheme == 'https' ? { **tls, use_ssl: true } : {}
      rescue URI::InvalidURIError
        raise ArgumentError, "#{base.inspect} is no base address: #{BASE}"
      end

      # Status and octets of the answer, all of which comes within so many seconds; nil for as long as it takes.
      # CallTimeout, CallLost, InputInvalid.
      def ask(composed, fields, seconds)
        asking(composed, fields) do |request|
          Timeout.timeout(seconds) do
            answered(request, seconds) { |response| [response.code.to_i, read(response)] }
          end
        end
      end

      # The same of an answer that flows: gives its status, and what goes through its octets by `each` as they come. So
      # many seconds is how long it may be silent.
      def open(composed, fields, seconds)
        theirs = false
        asking(composed, fields, -> { theirs }) do |request|
          answered(request, seconds) do |response|
            yield response.code.to_i, Enumerator.new { |taker|
              through(response) do |piece|
                theirs = true
                taker << piece
                theirs = false
              end
            }
          end
        end
      end

      private

      # `theirs` tells whether what was raised is of who takes the answer.
      def asking(composed, fields, theirs = -> { false })
        what = "#{composed.method} #{@root}#{composed.target}"
        request = request_of(composed, fields)
        yield request
      rescue Timeout::Error, Errno::ETIMEDOUT
        raise if theirs.call

        raise CallTimeout, "#{what} took too long"
      rescue SystemCallError, IOError, SocketError, OpenSSL::SSL::SSLError, Net::ProtocolError, Net::HTTPBadResponse,
             Net::HTTPHeaderSyntaxError => e
        raise if theirs.call
        raise request.failed if composed.flows? && request.failed

        raise e.is_a?(CallLost) ? e : CallLost.new("#{what}: #{e.message}")
      ensure
        request.leave if composed.flows? && request
      end

      def request_of(composed, fields)
        # Octets as they are: an answer that unpacks to more than it has could not be bounded.
        fields = { **fields, **composed.fields, 'accept-encoding' => 'identity' }
        target = "#{@root}#{composed.target}"
        return Flowing.new(composed.method, target, fields, composed.body) if composed.flows?

        request = Net::HTTPGenericRequest.new(composed.method, !composed.body.nil?, true, target, fields)
        request.body = composed.body
        request
      rescue ArgumentError => e
        raise InputInvalid, e.message
      end

      def answered(request, seconds)
        times = { open_timeout: seconds, read_timeout: seconds, write_timeout: seconds }
        # No proxy of the environment's; and who calls decides what is sent again.
        Net::HTTP.start(@host, @port, nil, { **@options, **times, max_retries: 0 }) do |http|
          http.request(request) { |response| return yield(response) }
        end
      end

      def read(response)
        octets = String.new
        through(response) do |piece|
          octets << piece
          raise CallLost, "the answer is over #{MOST} bytes" if octets.bytesize > MOST
        end
        octets
      end

      def through(response)
        came = 0
        response.read_body do |piece|
          came += piece.bytesize
          yield piece
        end
        # Net::HTTP takes what came before a connection broke off for all of it.
        told = response.content_length
        raise CallLost, 'the answer broke off' if told && !response.chunked? && came < told
      end
    end
    private_constant :Exchange
  end
end
