# frozen_string_literal: true

require 'json'
require_relative 'refused'

module Hagaki
  class Client
    # Values as the texts of paths, queries, fields and forms. InputInvalid.
    module Texts
      module_function

      # One, or one for each item of an Array.
      def texts(name, value)
        (value.is_a?(Array) ? value : [value]).map { |one| one.nil? ? 'null' : text(name, one) }
      end

      def text(name, value)
        case value
        when String, Symbol
          utf8 = value.to_s.encode(Encoding::UTF_8)
          return utf8 if utf8.valid_encoding?
        when true, false, Integer then return value.to_s
        when Float then return JSON.generate(value) if value.finite?
        end
        raise InputInvalid, value.nil? ? "#{name} is missing" : "#{name} cannot be written there"
      rescue EncodingError
        raise InputInvalid, "#{name} is no text"
      end
    end
    private_constant :Texts
  end
end
