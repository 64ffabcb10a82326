# frozen_string_literal: true

require_relative 'failure'
require_relative 'offer'
require_relative 'resource'
require_relative 'shapes'

module Hagaki
  # A service: a class whose methods are handlers. A verb says what the method behind it does:
  #
  #   creates '/notes', accepts: NOTE, returns: NOTE, limit: '16kb'
  #   def add(note)
  #     ...
  #   end
  #
  # One object of it serves all calls, on many threads. `docs/ruby-handlers.md`; `src/handler/verbs.ts` has the verbs.
  class Service
    VERBS = %i[reads creates replaces updates deletes acts].freeze
    METADATA = %i[
      accepts body returns takes gives errors guards uses from formats limit version fresh location summary description
      deprecated
    ].freeze
    private_constant :VERBS, :METADATA

    class << self
      include Shapes

      VERBS.each do |verb|
        define_method(verb) { |path, **spec| declare(verb, path, spec) }
      end

      # Goes before each path, such as '/v1'.
      def prefix(path = nil)
        path.nil? ? @prefix : @prefix = path
      end

      # How bodies and answers may be written where a handler does not say: 'json', 'form', 'cbor', 'msgpack'.
      def formats(*names)
        names.empty? ? @formats : @formats = names
      end

      # Services within this one: `includes notes: Notes`.
      def includes(**services)
        services.each do |name, service|
          unless service.is_a?(Class) && service < Service
            raise SetupFaulty.new("includes(#{name}: ...)", 'it is no service', 'Name a class < Hagaki::Service')
          end

          hagaki_members[name] = service
        end
      end

      # A failure that handlers may raise: `Gone = failure 'note_gone', 'missing', schema`. SetupFaulty.
      def failure(code, kind, schema = nil)
        Failure.declare(code, kind, schema)
      end

      # A guard: `Member = guard('member', errors: [Nobody]) { |head| ... }`, and `{ |head, used| ... }` with `uses`.
      def guard(name, errors: [], uses: {}, &decide)
        what = "guard(#{name.inspect})"
        raise SetupFaulty.new(what, 'it has no block', 'Write { |head| ... }') if decide.nil?

        guards, resources = uses.is_a?(Hash) ? uses.partition { |_, one| one.is_a?(Guard) }.map(&:to_h) : [{}, uses]
        Resource.check(resources, what)
        Resource.check_names(guards, what)
        Guard.new(name, errors, resources.freeze, guards.freeze, decide)
      end

      # What is opened at boot and closed after the drain: `Db = resource(close: :close) { Database.connect }`. With
      # `uses` the block is given those: `resource(uses: { db: Db }) { |used| Users.new(used.db) }`. SetupFaulty.
      def resource(uses: {}, timeout: Resource::SECONDS, close: nil, &opens)
        Resource.new(uses: uses, timeout: timeout, close: close, &opens)
      end

      # Handlers and services by name, under a name that no helper of an app has: within its class that would be this.
      def hagaki_members
        @members ||= {}
      end

      def method_added(method)
        super
        return if @declared.nil?

        declared, @declared = @declared, nil
        if instance_method(method).parameters.count { |kind, _| %i[req opt].include?(kind) } > 2
          fix = 'Write def name(data) or def name(data, context)'
          raise SetupFaulty.new("#{name}##{method}", 'it takes more than data and a context', fix)
        end
        hagaki_members[method] = Handler.new(method, declared[:verb], declared[:path], declared[:spec], method)
      end

      private

      def declare(verb, path, spec)
        what = "#{verb} #{path.inspect}"
        unless @declared.nil?
          raise SetupFaulty.new(what, 'the verb before it has no method', 'Write one method behind each verb')
        end

        unknown = spec.keys.find { |name| !METADATA.include?(name) }
        unless unknown.nil?
          raise SetupFaulty.new(what, "it has no metadata called #{unknown}", "They are #{METADATA.join(', ')}")
        end

        check(what, spec)
        @declared = { verb: verb, path: path, spec: spec }
      end

      # What the gateway cannot see.
      def check(what, spec)
        %i[accepts body returns].each do |name|
          next if spec[name].nil? || spec[name].is_a?(Hash) || spec[name].is_a?(Raw) || spec[name].is_a?(Text)

          fix = 'Write a JSON Schema, raw or text; items flow, in takes and gives'
          raise SetupFaulty.new(what, "its #{name} is no schema", fix)
        end
        { takes: [Raw, Items, Parts], gives: [Raw, Items] }.each do |name, kinds|
          next if spec[name].nil? || kinds.include?(spec[name].class)

          fix = "Write raw(...)#{name == :takes ? ', items(schema) or parts' : ' or items(schema)'}"
          raise SetupFaulty.new(what, "its #{name} is nothing that flows", fix)
        end
        Resource.check(spec[:uses] || {}, what)
        both = ((spec[:uses] || {}).keys & (spec[:guards] || {}).keys).first
        unless both.nil?
          raise SetupFaulty.new(what, "a guard and a resource of it are called #{both}", 'Give one another name')
        end
        return unless spec[:version].respond_to?(:call)

        raise SetupFaulty.new(what, 'its version is a function', 'Name the member that is the version')
      end
    end
  end
end
