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

    # Field names that were looked at before: most requests bring the same. Bounded, since clients choose them.
    KNOWN = {} # rubocop:disable Style/MutableConstant
    MAX_KNOWN = 1_000
    MAX_KNOWN_NAME = 64 # octets
    private_constant :KNOWN, :MAX_KNOWN, :MAX_KNOWN_NAME

    module_function

    # RFC 9110 section 5.6.2.
    def token?(text)
      TOKEN.match?(text)
    end

    # A field name in the lower case that every head uses.
    def name?(name)
      return true if KNOWN.key?(name)
      return false unless name.is_a?(String) && name.valid_encoding? && NAME.match?(name)

      KNOWN[name] = true if KNOWN.size < MAX_KNOWN && name.bytesize <= MAX_KNOWN_NAME
      true
    end

    # Octets that a field may hold, as code units, and no blank at either end.
    def value?(value)
      value.is_a?(String) && value.valid_encoding? && VALUE.match?(value)
    end

    # Checks a JSON list of flat pairs, `["name","value",...]`. ArgumentError, with the reason, when it is none.
    def pairs(flat)
      each_pair(flat) { nil }
    end

    # Request fields by name, of flat pairs; repeats joined. ArgumentError as `pairs`, and for one that may be there
    # once.
    def join(flat)
      fields = {}
      each_pair(flat) do |name, value|
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

    def each_pair(flat)
      raise ArgumentError, 'is no list of pairs' unless flat.is_a?(Array) && flat.size.even?

      at = 0
      while at < flat.size
        name = flat[at]
        value = flat[at + 1]
        raise ArgumentError, 'holds a faulty name' unless name?(name)
        raise ArgumentError, "holds a faulty value for #{name}" unless value?(value)

        yield name, value
        at += 2
      end
    end
    private_class_method :each_pair

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
