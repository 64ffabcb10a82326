# frozen_string_literal: true

require 'net/http'

module Hagaki
  class Client
    # A request whose body flows, in chunks. It is sent beside the answer, which may begin before its end: either side may
    # wait for the other.
    class Flowing < Net::HTTPGenericRequest
      # What its source raised, which has ended the connection; nil where it did not.
      attr_reader :failed

      # `pieces` gives octets by `each`.
      def initialize(method, target, fields, pieces)
        super(method, true, true, target, { **fields, 'transfer-encoding' => 'chunked' })
        @pieces = pieces
      end

      # Sends the head, and begins with the body. Net::HTTP calls it, and reads the answer then.
      def exec(socket, version, path)
        write_header(socket, version, path)
        socket.write_timeout = nil # it waits for who takes the answer, too
        @sending = Thread.new { send_pieces(socket) }
      end

      # Sends nothing more.
      def leave
        @sending&.kill&.join
      end

      private

      # Without its last chunk a request is no whole one, wherever it breaks off (RFC 9112 section 8).
      def send_pieces(socket)
        @pieces.each do |piece|
          next if piece.empty?
          return unless sent?(socket, "#{piece.bytesize.to_s(16)}\r\n", piece, "\r\n")
        end
        sent?(socket, "0\r\n\r\n")
      rescue Exception => e # whatever it is, who calls is told
        @failed = e
        socket.io.to_io.shutdown
      end

      # A service may have answered and hung up: its answer tells.
      def sent?(socket, *octets)
        socket.write(*octets)
        true
      rescue SystemCallError, IOError, OpenSSL::SSL::SSLError
        false
      end
    end
    private_constant :Flowing
  end
end
