# frozen_string_literal: true

module Hagaki
  # What a handler is given beside its data: what its guards decided and the resources it uses, as methods, and the
  # call's own.
  class Context
    # `carried` are the context keys that a gateway carried here. `resume` is the last item that a caller who comes
    # back has seen, by its id; it comes from outside.
    attr_reader :carried, :resume

    # A class whose objects have these.
    def self.of(members)
      Class.new(self) do
        members.each { |member| define_method(member) { @given[member.to_s] } }
      end
    end

    # `given` is by names that are strings.
    def initialize(call, given, resume)
      @call = call
      @carried = call.head.context
      @given = given
      @resume = resume
      limit = call.head.timeout_ms
      @until = limit && (now + (limit / 1_000.0))
    end

    # True once nobody waits for the answer any more: a handler that takes long looks at it.
    def over?
      @call.over?
    end

    # How long the caller still waits; nil for as long as it takes.
    def seconds_left
      @until && [0.0, @until - now].max
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
