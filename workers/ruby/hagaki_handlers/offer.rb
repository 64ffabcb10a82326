# frozen_string_literal: true

require 'json'
require_relative 'faulty'

module Hagaki
  # A handler as its service declares it: `run` is the name of its method.
  Handler = Struct.new(:name, :verb, :path, :spec, :run) do
    def guards
      spec[:guards] || {}
    end

    def errors
      spec[:errors] || []
    end

    # The resources that it is given, by name.
    def uses
      spec[:uses] || {}
    end

    # The failures that it may raise, by code: its own and those of its guards.
    def failures
      (Guard.all(guards).flat_map(&:errors) + errors).to_h { |one| [one.code, one] }
    end

    def offer
      {
        verb: verb, path: path,
        **%i[accepts body returns].to_h { |name| [name, Offer.shape(spec[name])] }.compact,
        **%i[takes gives].to_h { |name| [name, spec[name]&.offer] }.compact,
        **{ formats: Offer.formats(spec[:formats]) }.compact,
        **%i[limit version fresh location summary description deprecated]
          .to_h { |name| [name, spec[name]] }.compact,
        **(spec[:from] ? { from: spec[:from].transform_values(&:offer) } : {}),
        errors: Offer.errors(errors), guards: guards.transform_values(&:name)
      }
    end
  end

  # What a service offers, as plain data, of which a gateway makes the contract; and the mark of it.
  # `src/foreign/offer.ts` is the form, `src/wire/frames/mark.ts` the mark.
  module Offer
    module_function

    def shape(shape)
      return nil if shape.nil?

      shape.respond_to?(:offer) ? shape.offer : { data: shape }
    end

    def formats(formats)
      formats&.map { |one| one.respond_to?(:offer) ? one.offer : one }
    end

    def errors(failures)
      failures.to_h { |one| [one.code, { kind: one.kind, data: one.schema }.compact] }
    end

    # 16 hex digits by which two sides see whether they mean the same: FNV-1a of 64 bits.
    def mark(offer)
      number = 0xcbf29ce484222325
      JSON.generate(offer).each_byte { |octet| number = ((number ^ octet) * 0x100000001b3) & 0xffff_ffff_ffff_ffff }
      format('%016x', number)
    end
  end
end
