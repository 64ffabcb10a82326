# frozen_string_literal: true

require 'json'
require_relative 'fault'
require_relative 'fields'
require_relative 'frames'

module HagakiWorker
  # The small payloads: hello, credit, cancel, failed, timeout, go-away, hints, and the trailers of `end`. Pure.
  #
  #   raises  FrameFault: JSON that does not decode, or not to what the frame holds
  #
  # `spec/frames.md`. Unknown members are ignored.
  module Payload
    VERSION = 1
    MARK = /\A[0-9a-f]{16}\z/.freeze
    MAX_WHOLE = (2**53) - 1 # the integers that every JSON reader has exactly
    NO_TIMEOUT = (2**32) - 1

    # What JSON is made of (RFC 8259). The parser of the json gem decides on the rest; alone it would also take
    # comments and escapes that are none, and what else its next version allows.
    TOKENS = /\A(?>
      [\[\]{},:\x20\t\n\r]++
      | "(?>[^"\\\x00-\x1f]++ | \\["\\\/bfnrt] | \\u[0-9a-fA-F]{4})*+"
      | -?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?
      | true | false | null
    )*+\z/x.freeze
    module_function

    # JSON of octets: UTF-8 without a byte order mark, no NaN.
    def read_json(octets, what)
      text = octets.dup.force_encoding(Encoding::UTF_8)
      raise FrameFault, "#{what} is not JSON" unless text.valid_encoding? && (!doubtful?(text) || TOKENS.match?(text))

      JSON::Parser.new(text).parse
    rescue JSON::ParserError
      raise FrameFault, "#{what} is not JSON"
    end

    # True for what the parser may take and TOKENS does not: an escape that is none, a comment.
    def doubtful?(text)
      text.include?('\\') || text.include?('//') || text.include?('/*')
    end

    # The packed form's JSON: no spaces, and nothing escaped that need not be. As octets.
    def write_json(data)
      JSON.generate(data).force_encoding(Encoding::BINARY)
    end

    # A JSON integer from 0 to 2^53 - 1.
    def whole?(value)
      value.is_a?(Integer) && value.between?(0, MAX_WHOLE)
    end

    # The caller's `inline`: the largest body, in octets, that it takes with a head.
    def read_hello(octets)
      hello = read_json(octets, 'hello')
      raise FrameFault, 'hello is no object' unless hello.is_a?(Hash)

      version = hello['v']
      unless version.is_a?(Integer) && version == VERSION
        raise FrameFault, "hello of a version other than #{VERSION}"
      end
      raise FrameFault, 'hello of a role other than caller' unless hello['role'] == 'caller'
      raise FrameFault, 'hello without a name' unless hello['name'].is_a?(String)

      inline = hello['inline']
      unless whole?(inline) && inline <= Frames::MAX_INLINE
        raise FrameFault, "hello with an inline size that is not 0 to #{Frames::MAX_INLINE}"
      end
      contract = hello['contract']
      unless contract.nil? || (contract.is_a?(String) && MARK.match?(contract))
        raise FrameFault, 'hello with a contract that is no mark'
      end

      inline
    end

    # `contract` is the mark of what may be called by name, or nil.
    def write_hello(name, contract = nil)
      hello = { v: VERSION, role: 'worker', name: name, inline: Frames::MAX_INLINE, contract: contract }
      write_json(hello.compact)
    end

    def read_credit(octets)
      granted = octets.unpack1('N')
      raise FrameFault, 'credit of 0 octets' if granted.zero?

      granted
    end

    def write_credit(granted)
      [granted].pack('N')
    end

    # Why nobody waits any more.
    def read_cancel(octets)
      cancel = read_json(octets, 'cancel')
      reason = cancel['reason'] if cancel.is_a?(Hash)
      raise FrameFault, 'cancel without a reason' unless reason.is_a?(String)

      reason
    end

    # Milliseconds from now; nil stops the clock.
    def read_timeout(octets)
      told = octets.unpack1('N')
      told == NO_TIMEOUT ? nil : told
    end

    # Why the caller begins no more.
    def read_go_away(octets)
      away = read_json(octets, 'go-away')
      reason = away['reason'] if away.is_a?(Hash)
      raise FrameFault, 'go-away without a reason' unless reason.is_a?(String)

      last = away['last']
      unless whole?(last) && last <= Frames::MAX_CALL
        raise FrameFault, 'go-away whose last is no number of a call'
      end

      reason
    end

    def write_go_away(last, reason)
      write_json({ last: last, reason: reason })
    end

    # `kind` is that of a failure that a service declares. ArgumentError for a detail that no frame holds.
    def write_failed(code, detail, kind = nil)
      octets = write_json({ code: code, detail: detail, kind: kind }.compact)
      return octets if octets.bytesize <= Frames::MAX_PAYLOAD

      raise ArgumentError, "it has #{octets.bytesize} octets as JSON and #{Frames::MAX_PAYLOAD} are possible"
    end

    # Fields that are told before an answer, flat pairs as `AnswerHead` has them; nil for more than a frame holds.
    def write_hint(fields)
      octets = write_json(fields)
      octets if octets.bytesize <= Frames::MAX_WORDS
    end

    # The flat pairs of the trailers of an `end`, or nil. Rack has no place for them; they are only checked.
    def read_trailers(octets)
      return nil if octets.empty?

      flat = read_json(octets, 'end')
      begin
        Fields.pairs(flat)
      rescue ArgumentError => e
        raise FrameFault, "end #{e.message}"
      end
      flat
    end
  end
end
