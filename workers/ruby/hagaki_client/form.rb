# frozen_string_literal: true

require 'securerandom'
require 'uri'
require_relative '../hagaki_handlers/part'
require_relative 'refused'
require_relative 'texts'

module Hagaki
  class Client
    # Forms: data as names with texts or files, or parts in the order they come.
    #
    # RFC 7578. A form without files is `application/x-www-form-urlencoded` where the handler reads that. As
    # `src/client/forms.ts` and `parts-body.ts`.
    module Form
      PLAIN = 'application/x-www-form-urlencoded'
      MULTIPART = 'multipart/form-data'
      # RFC 9110 section 8.3.1, in what a line of a head may hold.
      MEDIA_TYPE = %r{\A[!#-'*+.^`|~\w-]+/[!#-'*+.^`|~\w-]+(?:[ \t]*;[\t -~]*)?\z}.freeze
      private_constant :PLAIN, :MULTIPART, :MEDIA_TYPE

      module_function

      # True where a member is a file, or an Array with one: what no JSON holds.
      def files?(data)
        data.is_a?(Hash) && data.values.any? { |value| listed(value).any?(FormFile) }
      end

      # The media type, one of these, and octets. InputInvalid.
      def write(media_types, data)
        raise InputInvalid, "the form is a #{data.class}, and no Hash" unless data.is_a?(Hash)

        entries = data.flat_map { |name, value| entries(name.to_s, value).map { |one| [name.to_s, one] } }
        if media_types.include?(PLAIN) && !(media_types.include?(MULTIPART) && files?(data))
          return [PLAIN, URI.encode_www_form(entries.map { |name, one| [name, text_only(name, one)] }).b]
        end

        type, pieces = parts(entries.map { |name, one| part(name, one) })
        [type, pieces.to_a.join]
      end

      # Parts as they are taken: what flows in one is read when its turn has come. InputInvalid, then too.
      def parts(parts)
        raise InputInvalid, "the body is a #{parts.class}, and gives no parts" unless parts.respond_to?(:each)

        boundary = SecureRandom.hex(16)
        pieces = Enumerator.new do |taker|
          parts.each do |part|
            taker << head(boundary, part)
            part.each { |piece| taker << octets(part, piece) }
            taker << "\r\n".b
          end
          taker << "--#{boundary}--\r\n".b
        end
        ["#{MULTIPART}; boundary=#{boundary}", pieces]
      end

      def entries(name, value)
        listed = listed(value)
        !listed.empty? && listed.all?(FormFile) ? listed : Texts.texts(name, value)
      end

      # A file is a Struct, of which Array() would make its members.
      def listed(value)
        value.is_a?(Array) ? value : [value]
      end

      # A file without a name has none to be sent by, and would be a text.
      def part(name, one)
        return Part.new(name, [one.b]) if one.is_a?(String)

        filename, media_type = [one.name, one.media_type].map(&:to_s)
        Part.new(name, [one.content], filename: filename.empty? ? 'blob' : filename,
                                      media_type: media_type.empty? ? 'application/octet-stream' : media_type)
      end

      def text_only(name, one)
        return one if one.is_a?(String)

        raise InputInvalid, "#{name} is a file, which this form has not"
      end

      def octets(part, piece)
        return piece.b if piece.is_a?(String)

        raise InputInvalid, "the part #{part.name} gives a #{piece.class}, and no String"
      end

      def head(boundary, part)
        raise InputInvalid, "the body has a #{part.class}, and no Hagaki::Part" unless part.is_a?(Part)

        head = "--#{boundary}\r\ncontent-disposition: form-data; name=\"#{quoted(part.name)}\""
        head << "; filename=\"#{quoted(part.filename)}\"" unless part.filename.nil?
        unless part.media_type.nil?
          odd = "the part #{part.name} is of a media type that is none"
          raise InputInvalid, odd unless MEDIA_TYPE.match?(part.media_type)

          head << "\r\ncontent-type: #{part.media_type}"
        end
        "#{head}\r\n\r\n".b
      end

      # A quoted string (RFC 9110 section 5.6.4), which is read as it was meant.
      def quoted(name)
        name = Texts.text('the name of a part', name)
        raise InputInvalid, 'a part has a name or a file name that no head can hold' if name.match?(/[\x00-\x1f\x7f]/)

        name.gsub(/["\\]/) { |odd| "\\#{odd}" }
      end
    end
    private_constant :Form
  end
end
