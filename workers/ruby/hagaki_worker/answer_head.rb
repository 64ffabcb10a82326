# frozen_string_literal: true

require_relative 'fault'
require_relative 'fields'

module HagakiWorker
  # The status and headers of a Rack answer, checked. Pure.
  #
  #   in      status, headers: a Hash or pairs, as Rack 2 (several values in a string, joined by line feeds) or
  #           Rack 3 (an array of strings) has them
  #   out     AnswerHead: what a response head needs
  #   raises  TypeError, ArgumentError: the app breaks the Rack specification
  #           AnswerFaulty: it asks for what no gateway can give
  #
  # Checked here, where the log names the app, and not at the gateway, where nothing would.
  AnswerHead = Struct.new(:status, :content_type, :length, :fields) do
    # `length` is that of the content-length field, in octets. `fields` are flat pairs, lower-case names and
    # code units, repeats as they came, without those two.
    def self.read(status, headers)
      raise TypeError, "headers must be a Hash, not #{headers.class}" unless headers.respond_to?(:each)

      head = new(status_of(status), nil, nil, [])
      headers.each { |name, value| head.add(name, value) }
      head
    end

    # Headers that are told before the answer, as flat pairs. Of a body that is not there they say nothing.
    def self.early(headers)
      raise TypeError, "early hints must be a Hash, not #{headers.class}" unless headers.respond_to?(:each_pair)

      head = new(nil, nil, nil, [])
      headers.each_pair { |name, value| head.add(name, value) }
      head.fields
    end

    def self.status_of(status)
      number = status.is_a?(String) && status.match?(/\A[0-9]{3}/) ? status.to_i : status
      raise TypeError, "a status must be an Integer, not #{status.inspect}" unless number.is_a?(Integer)
      # 1xx is no final answer, and Rack has no other.
      raise ArgumentError, "a status must be 200 to 599, not #{number}" unless number.between?(200, 599)

      number
    end
    private_class_method :status_of

    def add(name, value)
      key, kind = AnswerHead::NAMES[name] || AnswerHead.learned(name)
      unless kind.nil?
        return kind == :own ? own(key, value) : connection(key, value)
      end

      known = AnswerHead::VALUES[value]
      return add_value(key, known) unless known.nil?
      return add_value(key, checked(key, value)) if value.is_a?(String) && !value.include?("\n")

      AnswerHead.values(value).each { |one| add_value(key, checked(key, one)) }
    end

    # What Rack lets a header value be, as a list: other servers take a number or nil as well.
    def self.values(value)
      case value
      when Array then value
      when String then value.include?("\n") ? value.split("\n") : [value]
      when nil then []
      else [value.to_s]
      end
    end

    # A header's name in lower case, and whose it is. ArgumentError for what is no name.
    def self.learned(name)
      key = name.to_s.downcase
      kind = if key.start_with?('rack.') then :own
             elsif AnswerHead::OF_THE_CONNECTION.include?(key) then :connection
             end
      raise ArgumentError, "#{name.inspect} is no header name" unless kind == :own || Fields.name?(key)

      learned = [key.freeze, kind].freeze
      if AnswerHead::NAMES.size < AnswerHead::MAX_NAMES && name.is_a?(String) && name.bytesize <= AnswerHead::MAX_NAME
        AnswerHead::NAMES[name.dup.freeze] = learned
      end
      learned
    end

    private

    # For the server, and never sent.
    def own(key, value)
      return unless key == 'rack.hijack' && value

      raise AnswerFaulty, 'it takes over the connection (rack.hijack), which belongs to the gateway; ' \
                          'answer with a body that has call(stream) instead'
    end

    # What the gateway says by itself. Only a coding cannot be left out: the body is in it.
    def connection(key, value)
      return unless key == 'transfer-encoding' && value.to_s.downcase != 'identity'

      raise AnswerFaulty, "it has a transfer-encoding of its own, #{value.inspect}, which belongs to the " \
                          'gateway; take Rack::Chunked, or what else sets it, out of the app'
    end

    def checked(key, value)
      raise TypeError, "a value of header #{key} must be a String, not #{value.inspect}" unless value.is_a?(String)

      # As nearly all of them are.
      return known(value) if value.encoding == Encoding::UTF_8 && value.ascii_only? && Fields::VALUE.match?(value)

      text = Fields.code_units(value)
      text = text.gsub(/\A[ \t]+|[ \t]+\z/, '') if text.start_with?(' ', "\t") || text.end_with?(' ', "\t")
      # CR and NUL would be another field or worse.
      return text if Fields.value?(text)

      raise ArgumentError, "header #{key} has a character that no header may hold: #{value.inspect}"
    end

    # From now on, while there is room.
    def known(value)
      values = AnswerHead::VALUES
      return value if values.size >= AnswerHead::MAX_NAMES || value.bytesize > AnswerHead::MAX_NAME

      kept = value.dup.freeze
      values[kept] = kept
    end

    def add_value(key, text)
      case key
      when 'content-type' then self.content_type = only(key, content_type, text)
      when 'content-length'
        unless text.match?(/\A[0-9]{1,15}\z/)
          raise ArgumentError, "content-length must be a number of octets, not #{text.inspect}"
        end

        self.length = only(key, length, text.to_i)
      else fields << key << text
      end
    end

    def only(key, before, value)
      raise ArgumentError, "header #{key} is there more than once" unless before.nil?

      value == '' ? nil : value
    end
  end

  # RFC 9110 section 7.6.1: they hold between two neighbours, and the gateway is one of them.
  AnswerHead::OF_THE_CONNECTION =
    %w[connection keep-alive proxy-connection te trailer transfer-encoding upgrade].freeze

  # Names that were looked at before, as the app writes them, and values that are right: its answers bring the same.
  # Bounded, since they may be made of what clients send.
  AnswerHead::NAMES = {} # rubocop:disable Style/MutableConstant
  AnswerHead::VALUES = {} # rubocop:disable Style/MutableConstant
  AnswerHead::MAX_NAMES = 1_000
  AnswerHead::MAX_NAME = 64 # octets
end
