# frozen_string_literal: true

require_relative '../hagaki_handlers/flow'
require_relative 'form'
require_relative 'refused'

module Hagaki
  class Client
    # A body and its media type: octets, or what gives them as they are taken. Pure.
    #
    #   in      how the contract takes it, a value
    #   raises  InputInvalid, for a later item while it is sent
    module Sent
      PIECE = 65_536 # octets at once
      private_constant :PIECE

      module_function

      def of(takes, value)
        case takes['as']
        when 'data' then data(takes['mediaTypes'], value)
        when 'items' then ['application/jsonl', lines(value)]
        when 'chunks', 'bytes' then [usual(takes), octets(value)]
        when 'text' then [usual(takes), text(value)]
        when 'parts' then Form.parts(value)
        else raise InputInvalid, "the handler takes #{takes['as']}, which is not known here"
        end
      end

      # A form says less than data do, so it is for files, and for handlers that read nothing else.
      def data(media_types, value)
        reads_forms = media_types.any? { |type| type.include?('form') }
        reads_json = media_types.include?('application/json')
        return Form.write(media_types, value) if reads_forms && (!reads_json || Form.files?(value))

        ['application/json', json(value)]
      end

      def usual(takes)
        takes['mediaTypes'].find { |type| !type.include?('*') } || 'application/octet-stream'
      end

      def json(value)
        Flow.write(value, 'the call')
      rescue HagakiWorker::AnswerFaulty => e
        raise InputInvalid, "the data are no JSON: #{e.message}"
      end

      # Of an Array they are all here.
      def lines(value)
        raise InputInvalid, "the body is a #{value.class}, and gives no items" unless value.respond_to?(:each)
        return value.map { |item| "#{json(item)}\n" }.join if value.is_a?(Array)

        Enumerator.new { |taker| value.each { |item| taker << "#{json(item)}\n" } }
      end

      def octets(value)
        return value.b if value.is_a?(String)
        return read(value) if value.respond_to?(:readpartial)
        raise InputInvalid, "the body is a #{value.class}, and gives no octets" unless value.respond_to?(:each)

        Enumerator.new { |taker| value.each { |piece| taker << octets_of(piece) } }
      end

      def octets_of(piece)
        return piece.b if piece.is_a?(String)

        raise InputInvalid, "a piece of the body is a #{piece.class}, and no String"
      end

      # By lines, as `each` has them, a file could be one piece.
      def read(file)
        Enumerator.new do |taker|
          loop { taker << file.readpartial(PIECE).b }
        rescue EOFError
          nil
        end
      end

      def text(value)
        utf8 = value.to_s.encode(Encoding::UTF_8) if value.is_a?(String) || value.is_a?(Symbol)
        return utf8.b if utf8&.valid_encoding?

        raise InputInvalid, "the body is a #{value.class}, and no text"
      rescue EncodingError
        raise InputInvalid, 'the body is no text'
      end
    end
    private_constant :Sent
  end
end
