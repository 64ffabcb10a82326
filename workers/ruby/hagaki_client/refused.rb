# frozen_string_literal: true

require 'timeout'

module Hagaki
  # A failure that the contract declares is a `Hagaki::Failure`, known by its `code`; everything else is one of these.
  class Client
    # No answer came.
    class CallLost < IOError; end

    # The time that the caller had is up. Whether the handler has run, nobody knows.
    class CallTimeout < Timeout::Error; end

    # Data that cannot be sent as the contract has it.
    class InputInvalid < ArgumentError; end

    # A refusal of the service. `code` is nil where it said none.
    class Answered < StandardError
      attr_reader :status, :code, :data

      def initialize(status, code, data)
        super("#{status} #{code || 'without a code'}")
        @status = status
        @code = code
        @data = data
      end

      # `{ 'pointer' => ..., 'message' => ... }` for each offending member, and 'in' and 'name' where that is not in the body.
      def issues
        found = data['issues'] if code == 'input_invalid' && data.is_a?(Hash)
        found.is_a?(Array) ? found : []
      end
    end
  end
end
