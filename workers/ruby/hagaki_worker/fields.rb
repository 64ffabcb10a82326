# frozen_string_literal: true

module HagakiWorker
  # Header fields: their grammar, and the requests' repeats joined.
  #
  # RFC 9110 section 5, `src/value/headers.ts`. A value is made of the octets 09, 20-7E and 80-FF. In JSON each
  # is one code unit; to a Rack app it is an octet, in a binary string.
  module Fields
    NAME = /\A[!#$%&'*+\-.^_`|~0-9a-z]+\z/.freeze
    TOKEN = /\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+\z/.freeze
    # Code units of a value, without a blank (SP, HTAB) at either end.
    VALUE = /\A(?:[!-~\u0080-\u00ff](?:[\t -~\u0080-\u00ff]*[!-~\u0080-\u00ff])?)?\z/.freeze

    # A request that holds one of these twice reads differently to whoever takes the first of them.
    SINGLETONS = %w[
      age authorization content-encoding content-language content-length content-location content-range
      content-type date etag expires from host if-modified-since if-range if-unmodified-since last-modified
      location max-forwards origin proxy-authorization range referer retry-after server user-agent
    ].to_h { |name| [name, true] }.freeze

    module_function

    # RFC 9110 section 5.6.2.
    def token?(text)
      TOKEN.match?(text)
    end

    # A field name in the lower case that every head uses.
    def name?(name)
      name.is_a?(String) && name.valid_encoding? && NAME.match?(name)
    end

    # Octets that a field may hold, as code units, and no blank at either end.
    def value?(value)
      value.is_a?(String) && value.valid_encoding? && VALUE.match?(value)
    end

    # Checks a JSON list of flat pairs, `["name","value",...]`. ArgumentError, with the reason, when it is none.
    def pairs(flat)
      raise ArgumentError, 'is no list of pairs' unless flat.is_a?(Array) && flat.size.even?

      flat.each_slice(2) do |name, value|
        raise ArgumentError, 'holds a faulty name' unless name?(name)
        raise ArgumentError, "holds a faulty value for #{name}" unless value?(value)
      end
    end

    # Request fields by name, of checked pairs; repeats joined. ArgumentError for one that may be there once.
    def join(flat)
      fields = {}
      flat.each_slice(2) do |name, value|
        before = fields[name]
        if before.nil?
          fields[name] = value
        elsif SINGLETONS.key?(name)
          raise ArgumentError, "holds #{name} more than once"
        else
          fields[name] = "#{before}#{name == 'cookie' ? '; ' : ', '}#{value}"
        end
      end
      fields
    end

    # Code units to octets: a string as Rack has them.
    def octets(text)
      text.ascii_only? ? text : text.encode(Encoding::ISO_8859_1).force_encoding(Encoding::BINARY)
    end

    # Octets, of whatever encoding an app has marked them with, to code units.
    def code_units(octets)
      return octets if octets.ascii_only? && octets.encoding == Encoding::UTF_8

      octets.b.force_encoding(Encoding::ISO_8859_1).encode(Encoding::UTF_8)
    end
  end
end
