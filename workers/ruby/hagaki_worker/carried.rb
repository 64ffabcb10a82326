# frozen_string_literal: true

require 'json'
require_relative 'fault'
require_relative 'head'

module HagakiWorker
  # Context keys that a gateway carried here, as one Hash of a call: an app reads them, and sets what is to go back.
  # Pure.
  #
  #   in      the context of a head, before the app has it
  #   out     what of it the app changed or added, as JSON
  #   raises  AnswerFaulty for what cannot be carried: whole numbers, texts, lists and hashes of those can
  module Carried
    module_function

    # As it came, since an app may change what is in a value; nil for none, as nearly always.
    def written(context)
      context.empty? ? nil : context.transform_values { |value| JSON.generate(value) }
    end

    def changed(context, before)
      return '{}' if context.empty?

      unless carried?(context)
        raise AnswerFaulty, 'what it set in hagaki.context is no data that can be carried: texts and whole numbers are'
      end

      known = before || {}
      JSON.generate(context.reject { |name, value| known[name] == JSON.generate(value) })
    end

    def carried?(context)
      plain?(context) && Head.carried?(context)
    end
    private_class_method :carried?

    # The json gem would write any object as its to_s.
    def plain?(value)
      case value
      when nil, true, false, String, Symbol, Integer, Float then true
      when Array then value.all? { |one| plain?(one) }
      when Hash then value.all? { |name, one| (name.is_a?(String) || name.is_a?(Symbol)) && plain?(one) }
      else false
      end
    end
    private_class_method :plain?
  end
end
