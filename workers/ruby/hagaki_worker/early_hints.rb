# frozen_string_literal: true

require_relative 'answer_head'
require_relative 'fault'
require_relative 'frames'
require_relative 'payload'

module HagakiWorker
  # `rack.early_hints`: told headers, it sends them before the answer, and the gateway makes a 103 of them.
  #
  #   in      headers, as an answer has them
  #   raises  TypeError, ArgumentError: what no header may be
  #
  # The Rack specification, "The Environment"; RFC 8297. An answer is right without its hints, so nothing is said of
  # those that come too late, are more than a link takes, or have nobody who waits.
  class EarlyHints
    MOST = 64 # for one call
    private_constant :MOST

    def initialize(call)
      @call = call
      @left = MOST
      @lock = Mutex.new # an app may hint on a thread of its own while the answer begins
      call.hints = self
    end

    def call(headers)
      fields = AnswerHead.early(headers)
      payload = fields.empty? ? nil : Payload.write_hint(fields)
      return if payload.nil?

      @lock.synchronize do
        next unless @left.positive?

        @left -= 1
        @call.hint(payload)
      end
      nil
    rescue CallOver
      nil
    end

    # None from now on: the answer begins.
    def close
      @lock.synchronize { @left = 0 }
    end
  end
end
