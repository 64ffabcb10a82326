# frozen_string_literal: true

require 'net/http'
require 'openssl'
require 'timeout'
require 'uri'
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
        what = "#{composed.method} #{@root}#{composed.target}"
        request = request_of(composed, fields)
        Timeout.timeout(seconds) { answered(request, seconds) }
      rescue CallLost
        raise
      rescue Timeout::Error, Errno::ETIMEDOUT
        raise CallTimeout, "#{what} took too long"
      rescue SystemCallError, IOError, SocketError, OpenSSL::SSL::SSLError, Net::ProtocolError, Net::HTTPBadResponse,
             Net::HTTPHeaderSyntaxError => e
        raise CallLost, "#{what}: #{e.message}"
      end

      private

      def request_of(composed, fields)
        # Octets as they are: an answer that unpacks to more than it has could not be bounded.
        fields = { **fields, **composed.fields, 'accept-encoding' => 'identity' }
        request = Net::HTTPGenericRequest.new(composed.method, !composed.body.nil?, true, "#{@root}#{composed.target}",
                                              fields)
        request.body = composed.body
        request
      rescue ArgumentError => e
        raise InputInvalid, e.message
      end

      def answered(request, seconds)
        times = { open_timeout: seconds, read_timeout: seconds, write_timeout: seconds }
        # No proxy of the environment's; and who calls decides what is sent again.
        Net::HTTP.start(@host, @port, nil, { **@options, **times, max_retries: 0 }) do |http|
          http.request(request) { |response| return [response.code.to_i, read(response)] }
        end
      end

      def read(response)
        octets = String.new
        response.read_body do |piece|
          octets << piece
          raise CallLost, "the answer is over #{MOST} bytes" if octets.bytesize > MOST
        end
        # Net::HTTP takes what came before a connection broke off for all of it.
        told = response.content_length
        raise CallLost, 'the answer broke off' if told && !response.chunked? && octets.bytesize < told

        octets
      end
    end
    private_constant :Exchange
  end
end
