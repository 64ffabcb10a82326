# frozen_string_literal: true

require_relative 'fault'
require_relative 'fields'
require_relative 'frames'
require_relative 'payload'

module HagakiWorker
  # Heads: the packed form's JSON, of a request that came and of a response that goes. Pure.
  #
  #   u32 n, at most 65,536; n octets of JSON; then the inline body, if "body" is a count
  #
  # `spec/frames.md`, "Calls"; members and their grammar as `src/value/head.ts` has them. Nothing is taken on
  # trust: what a field or a path may not hold on HTTP, it may not hold here.
  module Head
    # A body still to come in data frames; its length in octets, or nil when unknown.
    Pending = Struct.new(:length)

    # `path` and `mount` are raw: percent-encoded, "*", or an authority. `headers` have lower-case names, and
    # repeats joined.
    Request = Struct.new(:method, :path, :query, :mount, :http, :client, :protocol, :headers, :context)

    VERSION = 1
    MAX_DEPTH = 32
    MAX_NAME = 256 # octets in UTF-8

    PATH = /\A[!"$->@-~]+\z/.freeze
    QUERY = /\A[!"$-~]*\z/.freeze
    MOUNT = %r{\A(?:/[!"$->@-~]*)?\z}.freeze

    def self.text?(value)
      value.is_a?(String) && value.valid_encoding?
    end

    def self.matches?(value, grammar)
      value.is_a?(String) && value.valid_encoding? && grammar.match?(value)
    end

    # RFC 9112 section 3.2: what the path is, other than a path, depends on the method.
    def self.target?(method, path)
      path.start_with?('/') || method == 'CONNECT' || (method == 'OPTIONS' && path == '*')
    end

    def self.body?(value)
      return value.key?('length') && (value['length'].nil? || Payload.whole?(value['length'])) if value.is_a?(Hash)

      value.nil? || Payload.whole?(value)
    end

    # True for what every language writes alike: whole numbers, exact as doubles, Unicode text, 32 deep.
    def self.carried?(context)
      return false unless context.is_a?(Hash)
      return true if context.empty?

      rest = [[context, 0]] # and no recursion, since its depth is the caller's choice
      until rest.empty?
        value, depth = rest.pop
        return false if depth > MAX_DEPTH

        case value
        when Hash then value.each { |name, one| rest << [name, depth + 1] << [one, depth + 1] }
        when Array then value.each { |one| rest << [one, depth + 1] }
        when String then return false unless value.valid_encoding?
        when Numeric then return false unless value.abs <= Payload::MAX_WHOLE && value == value.floor
        end
      end
      true
    end

    # What each member of a request head may be, but for the headers. Rack has no place for upgrade and
    # timeoutMs; they are checked all the same.
    REQUEST_MEMBERS = {
      'v' => ->(v) { v.is_a?(Integer) && v == VERSION },
      'kind' => ->(v) { v == 'request' },
      'method' => ->(v) { matches?(v, Fields::TOKEN) && v == v.upcase },
      'path' => ->(v) { matches?(v, PATH) },
      'query' => ->(v) { v.nil? || matches?(v, QUERY) },
      'mount' => ->(v) { matches?(v, MOUNT) },
      'http' => ->(v) { v.nil? || v == '1.1' || v == '2' || v == '1.0' },
      'client' => ->(v) { v.nil? || text?(v) },
      'protocol' => ->(v) { v == 'http' || v == 'https' },
      'upgrade' => ->(v) { v.nil? || (v.is_a?(Array) && v.all? { |one| Fields.value?(one) }) },
      'timeoutMs' => ->(v) { v.nil? || Payload.whole?(v) },
      'context' => ->(v) { carried?(v) },
      'body' => ->(v) { body?(v) }
    }.freeze

    CALL_MEMBERS = {
      'v' => REQUEST_MEMBERS['v'],
      'kind' => ->(v) { v == 'call' },
      'name' => ->(v) { text?(v) && v.bytesize.between?(1, MAX_NAME) },
      'timeoutMs' => REQUEST_MEMBERS['timeoutMs'],
      'context' => REQUEST_MEMBERS['context'],
      'body' => REQUEST_MEMBERS['body']
    }.freeze

    # Decodes the payload of a request frame.
    #
    #   in      the payload; the largest inline body, in octets, that our hello announced
    #   out     the head, and its body: nil, the whole of it, or that it is still to come
    #   raises  FrameFault
    def self.read_request(octets, inline)
      data, rest = read(octets, 'a request head', REQUEST_MEMBERS)
      unless target?(data['method'], data['path'])
        raise FrameFault, 'a request head with a faulty member path'
      end

      begin
        flat = data['headers']
        Fields.pairs(flat)
        headers = Fields.join(flat)
      rescue ArgumentError => e
        raise FrameFault, "a request head whose member headers #{e.message}"
      end
      head = Request.new(data['method'], data['path'], data['query'], data['mount'], data['http'],
                         data['client'], data['protocol'], headers, data['context'])
      [head, body(data['body'], rest, inline)]
    end

    # The name in a call frame, whose head is checked as that of a request is. FrameFault.
    def self.read_call(octets, inline)
      data, rest = read(octets, 'the head of a call', CALL_MEMBERS)
      body(data['body'], rest, inline)
      data['name']
    end

    # Encodes the payload of a response frame, in the packed form's order of members. `fields` are flat pairs,
    # their values code units; `body` is nil, octets or Pending.
    #
    #   raises  AnswerFaulty: the head is over 65,536 octets
    def self.write_response(status, content_type, fields, body)
      member = case body
               when Pending then { length: body.length }
               when nil then nil
               else body.bytesize
               end
      text = Payload.write_json({ v: VERSION, kind: 'response', status: status, contentType: content_type,
                                  headers: fields, trailers: nil, context: {}, body: member })
      if text.bytesize > Frames::MAX_HEAD
        raise AnswerFaulty, "its head has #{text.bytesize} octets and #{Frames::MAX_HEAD} are possible"
      end

      payload = [text.bytesize].pack('N') << text
      payload << body if body.is_a?(String)
      payload
    end

    def self.read(octets, what, members)
      text, rest = split(octets)
      data = Payload.read_json(text, what)
      raise FrameFault, "#{what} that is no object" unless data.is_a?(Hash)

      members.each do |name, check|
        value = data[name]
        # A member that is not there is not null either.
        next if check.call(value) && (!value.nil? || data.key?(name))

        raise FrameFault, "#{what} with a faulty member #{name}"
      end
      [data, rest]
    end
    private_class_method :read

    def self.split(octets)
      raise FrameFault, "a request that ends within its head's length" if octets.bytesize < 4

      length = octets.unpack1('N')
      if length > Frames::MAX_HEAD
        raise FrameFault, "a head of #{length} octets: #{Frames::MAX_HEAD} are possible"
      end
      raise FrameFault, 'a request that ends within its head' if octets.bytesize < 4 + length

      [octets.byteslice(4, length), octets.byteslice(4 + length, octets.bytesize)]
    end
    private_class_method :split

    def self.body(member, rest, inline)
      count = member.is_a?(Integer) ? member : 0
      raise FrameFault, "an inline body of #{count} octets: our hello said #{inline}" if count > inline
      raise FrameFault, "#{rest.bytesize} octets after a head that says #{count}" if rest.bytesize != count
      return Pending.new(member['length']) if member.is_a?(Hash)

      member.nil? ? nil : rest
    end
    private_class_method :body
  end
end
