# frozen_string_literal: true

require_relative 'opened'
require_relative 'plan'

module Hagaki
  # A service within this process, for tests: its methods and guards, with values in the place of some.
  #
  #   Hagaki.local(Notes, { db: fake, user: 'anna' }) do |notes|
  #     assert_equal 1, notes.add({ text: 'hi' })[:id]
  #   end
  #
  # Schemas are checked by the gateway, and so by nobody here.
  #
  #   values   in the place of guards and resources, by the names that handlers, guards and resources have for them
  #   headers  what guards are given that have none
  #   raises   SetupFaulty, for a name that nothing has, and for a resource that does not open
  #
  # Gives what the block gives; without one the service, to be closed.
  def self.local(service, values = {}, headers: {})
    calls = Local::Calls.new(Plans.new(service), values, headers)
    opened = Local.new(calls, '')
    return opened unless block_given?

    begin
      yield opened
    ensure
      calls.opened.close # for a handler may be called close
    end
  end

  # Its handlers, and the services within it, by name.
  class Local
    def initialize(calls, above)
      @calls = calls
      calls.names.each do |name|
        next unless name.start_with?(above)

        first, rest = name.delete_prefix(above).split('.', 2)
        if rest.nil?
          define_singleton_method(first) { |data = nil, &given| calls.run(name, data, &given) }
        elsif !singleton_methods.include?(first.to_sym)
          within = Local.new(calls, "#{above}#{first}.")
          define_singleton_method(first) { within }
        end
      end
    end

    # Closes its resources.
    def close
      @calls.opened.close
    end

    # What stands for a call where there is none.
    Alone = Struct.new(:head) do
      def over?
        false
      end
    end
    AloneHead = Struct.new(:context, :timeout_ms)
    private_constant :Alone, :AloneHead

    # All handlers of a service, to be called.
    class Calls
      attr_reader :opened

      def initialize(plans, values, headers)
        @plans = plans
        @values = values.transform_keys(&:to_sym)
        @headers = headers.transform_keys { |name| name.to_s.downcase }
        handlers = plans.handlers
        asked = handlers.flat_map { |one| [*asked(one.guards), one.uses] }
        given = {}
        needed = Resource.in_order(asked, @values, given)
        guarded = [*handlers, *handlers.flat_map { |one| Guard.all(one.guards) }]
        users = [*guarded, *needed.keys, *given.keys]
        check((guarded.flat_map { |one| one.guards.keys } + users.flat_map { |one| one.uses.keys }).uniq)
        @opened = Opened.new(needed, given)
      end

      def names
        @plans.names
      end

      def run(name, data, &given)
        plan = @plans[name]
        # What it yields is what it gives.
        return Enumerator.new { |items| run(name, data) { |one| items << one } } if plan.flows? && given.nil?

        call = Alone.new(AloneHead.new({}, nil))
        Reply.unwrap(plan.call(plan.context(call, decided(plan.handler), nil, @opened), strings(data), &given), {})
      end

      private

      def check(known)
        odd = @values.keys.find { |name| !known.include?(name) }
        return if odd.nil?

        reason = "no guard or resource is called #{odd.to_s.inspect}"
        raise SetupFaulty.new('Hagaki.local(...)', reason, "It has #{known.sort.join(', ')}")
      end

      def decided(handler)
        method = { reads: 'GET', creates: 'POST', replaces: 'PUT', updates: 'PATCH', deletes: 'DELETE', acts: 'POST' }
                 .fetch(handler.verb)
        head = GuardHead.new(method, handler.path, nil, @headers, nil, 'http', {})
        allowed(handler.guards, head, {}.compare_by_identity)
      end

      # What guards decide, by names that are strings; each decides once, and is then `known`.
      def allowed(guards, head, known)
        guards.to_h do |member, one|
          [member.to_s, @values.fetch(member) do
            known.fetch(one) { known[one] = one.decided(head, @opened, allowed(one.guards, head, known)) }
          end]
        end
      end

      # The resources of guards that decide, with those that they use: of those that have no value in their place.
      def asked(guards)
        deciding = guards.reject { |member, _| @values.key?(member) }.values
        deciding.flat_map { |one| [*asked(one.guards), one.uses] }
      end

      # As they come from a gateway: names are strings.
      def strings(data)
        case data
        when Hash then data.to_h { |name, one| [name.is_a?(Symbol) ? name.to_s : name, strings(one)] }
        when Array then data.map { |one| strings(one) }
        else data
        end
      end
    end
  end
end
