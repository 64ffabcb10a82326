# frozen_string_literal: true

require_relative 'faulty'

module Hagaki
  # A failure that a handler raises, and its callers are told: `raise Gone, { id: 7 }`. Each code has a class of its
  # own, which `failure` makes.
  class Failure < StandardError
    KINDS = %w[invalid unauthenticated denied missing conflict gone outdated limited unavailable].freeze
    CODE = /\A[a-z][a-z0-9]*(?:_[a-z0-9]+)*\z/.freeze
    private_constant :CODE

    class << self
      # `kind` is what went wrong; `schema` of its data, or nil.
      attr_reader :code, :kind, :schema

      # code    lower case with underscores, public, never changed
      # raises  SetupFaulty
      def declare(code, kind, schema = nil)
        what = "failure(#{code.inspect})"
        unless code.is_a?(String) && CODE.match?(code)
          raise SetupFaulty.new(what, 'the code is faulty', 'Write it like note_gone')
        end
        unless KINDS.include?(kind)
          raise SetupFaulty.new(what, "there is no kind #{kind.inspect}", "Say #{KINDS.join(', ')}")
        end

        Class.new(self) do
          @code = code
          @kind = kind
          @schema = schema
        end
      end
    end

    attr_reader :data

    # Its data are checked where they go.
    def initialize(data = nil)
      @data = data
      super("#{self.class.code} (#{self.class.kind})")
    end

    def code
      self.class.code
    end

    def kind
      self.class.kind
    end
  end

  # Lets a call through with a value, or raises a failure. It decides from the head alone. What it gives is data.
  Guard = Struct.new(:name, :errors, :uses, :guards, :decide) do
    # Guards and those that they use, in the order they decide; no circle: what one uses was made before.
    def self.all(guards)
      guards.values.flat_map { |one| [*all(one.guards), one] }.uniq(&:object_id)
    end

    # `opened` has the resources that it uses, `before` what the guards that it uses have decided, by names that are
    # strings.
    def decided(head, opened, before)
      return decide.call(head) if uses.empty? && guards.empty?
      return decide.call(head, opened.used(uses)) if guards.empty?

      names = [*uses.keys, *guards.keys]
      values = { **opened.values(uses), **before }
      @used ||= Struct.new(*names)
      decide.call(head, @used.new(*values.values_at(*names.map(&:to_s))))
    end

    def offer
      { errors: Offer.errors(errors), uses: guards.empty? ? nil : guards.transform_values(&:name) }.compact
    end
  end

  # What a guard decides from. By name there are no fields, and the path is the handler's template.
  GuardHead = Struct.new(:method, :path, :query, :headers, :client, :protocol, :carried)
end
