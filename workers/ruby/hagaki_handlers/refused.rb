# frozen_string_literal: true

module Hagaki
  # What a method finds of its body as it reads it, and its caller is told: a part that is too large, or no text.
  class Refused < StandardError
    attr_reader :code, :detail

    def initialize(code, detail)
      super("#{code}: #{detail}")
      @code = code
      @detail = detail
    end
  end

  # How large something may be.
  module Size
    UNITS = { 'b' => 1, 'kb' => 1_024, 'mb' => 1_024**2, 'gb' => 1_024**3 }.freeze
    WRITTEN = /\A([0-9]{1,12})(b|kb|mb|gb)\z/.freeze
    private_constant :UNITS, :WRITTEN

    # Octets of '16kb', '2mb', '1gb', or of a number. ArgumentError.
    def self.of(size)
      return size if size.is_a?(Integer) && !size.negative?

      count, unit = size.is_a?(String) ? WRITTEN.match(size)&.captures : nil
      return count.to_i * UNITS[unit] unless count.nil?

      raise ArgumentError, "size #{size.inspect} is none: write octets as a number, or '16kb', '2mb', '1gb'"
    end
  end
end
