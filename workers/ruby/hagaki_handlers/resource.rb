# frozen_string_literal: true

require_relative 'context'
require_relative 'faulty'

module Hagaki
  # What is opened at boot, used by guards and methods, and closed after the drain. Declared here, and opened in
  # `opened`; `src/handler/provide.ts` has the same.
  #
  #   Db = resource(close: :close) { Database.connect }
  class Resource
    SECONDS = 30.0
    MOST_SECONDS = 50.0 # for all: a worker that is not ready within 60 is given up, and nobody told which it was

    attr_reader :uses, :timeout

    # `opens` is given what it uses, by name, and gives the value; `close`, a Proc or the name of a method of the
    # value, closes that. `timeout` is in seconds. SetupFaulty.
    def initialize(uses: {}, timeout: SECONDS, close: nil, &opens)
      what = 'resource(...)'
      raise SetupFaulty.new(what, 'it has no block', 'Write { what opens it }') if opens.nil?

      Resource.check(uses, what)
      unless timeout.is_a?(Numeric) && timeout.positive? && timeout <= MOST_SECONDS
        raise SetupFaulty.new(what, "its timeout is #{timeout.inspect}", "Write seconds, up to #{MOST_SECONDS.to_i}")
      end
      unless close.nil? || close.respond_to?(:to_proc)
        raise SetupFaulty.new(what, "its close is #{close.inspect}", 'Write close: :close, or ->(opened) { ... }')
      end

      @uses = uses.dup.freeze
      @timeout = timeout
      @close = close
      @opens = opens
    end

    # Anything may be raised. `used` is nil where it uses nothing.
    def open(used)
      used.nil? ? @opens.call : @opens.call(used)
    end

    def close(value)
      @close&.to_proc&.call(value)
    end

    def closes?
      !@close.nil?
    end

    # SetupFaulty for what are no resources by the names of methods.
    def self.check(uses, what)
      fix = 'Write uses: { db: Db }, of Db = resource { ... }'
      unless uses.is_a?(Hash) && uses.values.all?(Resource) && uses.keys.all? { |name| name.is_a?(Symbol) }
        raise SetupFaulty.new(what, 'its uses are not resources by name', fix)
      end

      check_names(uses, what)
    end

    # SetupFaulty for names that no method of a context may have.
    def self.check_names(uses, what)
      odd = uses.keys.find { |name| !/\A[a-z_]\w*\z/.match?(name) || Context.method_defined?(name) }
      raise SetupFaulty.new(what, "it cannot use anything as #{odd.inspect}", 'Give it another name') unless odd.nil?
    end

    # All that are asked for, by the names they are asked for, each behind those that it uses itself. One that has a
    # value by its name is in `given` afterwards, and not among them, nor is what it alone uses.
    def self.in_order(asked, values = {}, given = {})
      found = {}
      add = lambda do |uses|
        uses.each do |name, one|
          next given[one] = values[name] if values.key?(name)
          next if found.key?(one)

          add.call(one.uses) # no circle: what is used was made before
          found[one] = name
        end
      end
      asked.each(&add)
      found.except(*given.keys)
    end
  end
end
