# frozen_string_literal: true

require_relative 'calls'

module Hagaki
  # The handlers of a contract, as methods. They may be called from any thread. It has no methods of its own but
  # `call`: a handler may be called anything.
  class Client
    # `timeout` is how long a whole call may take, in seconds, or be silent where its answer flows; nil for as long as it
    # takes. `retries` are those of a
    # call that was lost, where repeating it does no more. `tls` are options of Net::HTTP, such as `ca_file`.
    # ArgumentError for a contract or a base that is none.
    def initialize(contract, base, headers: {}, timeout: 30, retries: 1, tls: {})
      calls = @calls = Calls.new(contract, base, headers: headers, timeout: timeout, retries: retries, tls: tls)
      calls.names.each do |name|
        next if !/\A[a-z_]\w*\z/i.match?(name) || Client.method_defined?(name)

        define_singleton_method(name) { |data = nil, &block| calls.call(name, data, &block) }
      end
    end

    # Calls a handler by its name, such as "notes.add"; `timeout` and `headers` are those of this call. What flows goes to
    # the block, or is an Enumerator that calls when it is gone through. KeyError for a handler that the contract does not
    # have.
    def call(name, data = nil, **how, &block)
      @calls.call(name.to_s, data, **how, &block)
    end
  end
end
