# frozen_string_literal: true

require_relative 'refused'
require_relative 'sent'
require_relative 'texts'

module Hagaki
  class Client
    # A call as a request: data to the places where the contract has them. Pure.
    #
    #   in      a handler of the contract, data
    #   out     method, target, fields, body: octets, what gives them by `each`, or nil
    #   raises  InputInvalid
    #
    # `src/client/compose.ts` does the same.
    Composed = Struct.new(:method, :target, :fields, :body) do
      def self.of(handler, data)
        Composing.new(handler, handler['takes'], data).request
      end

      # Whether its body can be sent once only.
      def flows?
        !body.nil? && !body.is_a?(String)
      end
    end

    # One of them while it is made.
    class Composing
      include Texts

      METHODS = {
        'reads' => 'GET', 'creates' => 'POST', 'replaces' => 'PUT', 'updates' => 'PATCH', 'deletes' => 'DELETE',
        'acts' => 'POST'
      }.freeze
      IN_SEGMENT = /[^A-Za-z0-9_.~-]/n.freeze
      IN_TEMPLATE = /[^A-Za-z0-9_.~!$&'()*+,;=:@-]/n.freeze
      ACCEPTS = { 'data' => 'application/json', 'items' => 'application/jsonl' }.freeze
      # RFC 9110 section 5.5, in UTF-8.
      VALUE = /\A(?:[!-~\u0080-\u00ff](?:[\t -~\u0080-\u00ff]*[!-~\u0080-\u00ff])?)?\z/.freeze
      private_constant :METHODS, :IN_SEGMENT, :IN_TEMPLATE, :ACCEPTS, :VALUE

      def initialize(handler, takes, data)
        @handler = handler
        @takes = takes
        @place = takes && takes['body'] # of the body: whole, member, members
        @data = data
        @members = data.nil? || @place == 'whole' ? {} : named(data)
        @fields = { 'accept' => ACCEPTS.fetch(handler['gives'], '*/*') }
        @query = []
      end

      def request
        path = path_of(@handler['path'])
        (@handler['from'] || {}).each { |member, place| put(member, place) if @members.key?(member) }
        content = content_of
        rest = @place == 'members' ? {} : @members
        rest.each { |member, value| texts(member, value).each { |text| @query << [member, text] } }
        query = @query.map { |pair| pair.map { |one| escaped(one, IN_SEGMENT) }.join('=') }.join('&')
        target = query.empty? ? path : "#{path}?#{query}"
        method = METHODS.fetch(@handler['verb'])
        return Composed.new(method, target, @fields, nil) if @place.nil? || (content.nil? && @place == 'member')

        type, body = Sent.of(@takes, content)
        Composed.new(method, target, { **@fields, 'content-type' => type }, body)
      end

      private

      def named(data)
        raise InputInvalid, "the data are a #{data.class}, and no Hash" unless data.is_a?(Hash)

        data.to_h { |name, value| [name.to_s, value] }
      end

      def content_of
        case @place
        when 'whole' then @data
        when 'member' then @members.delete('body')
        when 'members' then @members
        end
      end

      def put(member, place)
        found = texts(member, @members.delete(member))
        if place['in'] == 'query'
          found.each { |text| @query << [place['name'], text] }
        elsif place['in'] == 'header' && found.size == 1 && VALUE.match?(found[0])
          @fields[place['name']] = found[0].encode(Encoding::ISO_8859_1)
        else
          raise InputInvalid, "#{member} cannot be sent as a #{place['in']}"
        end
      end

      def path_of(template)
        parts = template.delete_prefix('/').split('/', -1).map do |part|
          next escaped(part, IN_TEMPLATE) unless part.start_with?('{')

          name = part[1..-2]
          text = text(name, @members.delete(name))
          if ['', '.', '..'].include?(text) || text.match?(%r{[/\\\0]})
            raise InputInvalid, "#{name} cannot be a segment of a path"
          end

          escaped(text, IN_SEGMENT)
        end
        "/#{parts.join('/')}"
      end

      def escaped(text, odd)
        text.b.gsub(odd) { |octet| format('%%%02X', octet.ord) }
      end
    end
    private_constant :Composed, :Composing
  end
end
