# frozen_string_literal: true

require_relative 'fault'
require_relative 'fields'
require_relative 'frames'
require_relative 'payload'
require_relative 'plain_head'

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

    # A call by name. `timeout_ms` is how long the caller waits, or nil.
    Call = Struct.new(:name, :timeout_ms, :context)

    VERSION = 1
    MAX_DEPTH = 32
    MAX_NAME = 256 # octets in UTF-8

    HTTP = %w[1.1 2 1.0].freeze
    PROTOCOLS = %w[http https].freeze
    PATH = /\A[!"$->@-~]+\z/.freeze
    QUERY = /\A[!"$-~]*\z/.freeze
    PLAIN = /\A[ !#-\[\]-~]*\z/.freeze # ASCII that JSON has as it is
    # Texts of answers that were written before: most bring the same. Bounded, since an app may write what clients
    # send.
    QUOTED = {} # rubocop:disable Style/MutableConstant
    MAX_QUOTED = 1_000
    MAX_QUOTED_TEXT = 64 # octets
    private_constant :PLAIN, :QUOTED, :MAX_QUOTED, :MAX_QUOTED_TEXT
    MOUNT = %r{\A(?:/[!"$->@-~]*)?\z}.freeze

    def self.text?(value)
      value.is_a?(String) && value.valid_encoding?
    end

    def self.matches?(value, grammar)
      value.is_a?(String) && value.valid_encoding? && grammar.match?(value)
    end

    # A member that is not there is not null either.
    def self.null?(data, name)
      data[name].nil? && data.key?(name)
    end

    def self.method?(value)
      matches?(value, Fields::TOKEN) && value == value.upcase
    end

    def self.upgrade?(value)
      value.is_a?(Array) && value.all? { |one| Fields.value?(one) }
    end

    # RFC 9112 section 3.2: what the path is, other than a path, depends on the method.
    def self.target?(method, path)
      path.start_with?('/') || method == 'CONNECT' || (method == 'OPTIONS' && path == '*')
    end

    def self.body?(value)
      value.is_a?(Hash) ? null?(value, 'length') || Payload.whole?(value['length']) : Payload.whole?(value)
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

    # The first member of a request head that is not what it may be, but for the headers; nil when all are. Each
    # line has what must hold, and whose fault it is where it does not. Rack has no place for upgrade and timeoutMs;
    # they are checked all the same.
    def self.faulty_of_request(data)
      case false
      when data['v'] == VERSION && data['v'].is_a?(Integer) then 'v'
      when data['kind'] == 'request' then 'kind'
      when method?(data['method']) then 'method'
      when matches?(data['path'], PATH) && target?(data['method'], data['path']) then 'path'
      when null?(data, 'query') || matches?(data['query'], QUERY) then 'query'
      when matches?(data['mount'], MOUNT) then 'mount'
      when null?(data, 'http') || HTTP.include?(data['http']) then 'http'
      when null?(data, 'client') || text?(data['client']) then 'client'
      when PROTOCOLS.include?(data['protocol']) then 'protocol'
      when null?(data, 'upgrade') || upgrade?(data['upgrade']) then 'upgrade'
      else faulty_of_both(data)
      end
    end
    private_class_method :faulty_of_request

    # The same of a call by name.
    def self.faulty_of_call(data)
      name = data['name']
      case false
      when data['v'] == VERSION && data['v'].is_a?(Integer) then 'v'
      when data['kind'] == 'call' then 'kind'
      when text?(name) && name.bytesize.between?(1, MAX_NAME) then 'name'
      else faulty_of_both(data)
      end
    end
    private_class_method :faulty_of_call

    def self.faulty_of_both(data)
      case false
      when null?(data, 'timeoutMs') || Payload.whole?(data['timeoutMs']) then 'timeoutMs'
      when carried?(data['context']) then 'context'
      when null?(data, 'body') || body?(data['body']) then 'body'
      end
    end
    private_class_method :faulty_of_both

    # Decodes the payload of a request frame.
    #
    #   in      octets, `size` of which are the payload, from `at`; the largest inline body that our hello announced
    #   out     the head, and its body: nil, the whole of it, or that it is still to come
    #   raises  FrameFault
    def self.read_request(octets, inline, at = 0, size = octets.bytesize)
      length = length_of(octets, at, size)
      rest = size - 4 - length # octets of what is behind the head
      plain, member = plain(octets, at + 4, length, rest)
      return [plain, body(member, octets, at + size, rest, inline)] unless plain.nil?

      data = read(octets.byteslice(at + 4, length), 'a request head') { |told| faulty_of_request(told) }
      begin
        headers = Fields.join(data['headers'])
      rescue ArgumentError => e
        raise FrameFault, "a request head whose member headers #{e.message}"
      end
      head = Request.new(data['method'], data['path'], data['query'], data['mount'], data['http'],
                         data['client'], data['protocol'], headers, data['context'])
      [head, body(data['body'], octets, at + size, rest, inline)]
    end

    # Where a head ends a payload, another frame begins, or nothing: with an octet that no head has. What else is
    # behind a head is a body, which might go on like one.
    def self.plain(octets, at, length, rest)
      return PlainHead.read(octets, at, length, Request) if rest.zero?

      PlainHead.read(octets.byteslice(at, length), 0, length, Request)
    end
    private_class_method :plain

    # Decodes the payload of a call frame, as `read_request` does. FrameFault.
    def self.read_call(octets, inline)
      size = octets.bytesize
      length = length_of(octets, 0, size)
      data = read(octets.byteslice(4, length), 'the head of a call') { |told| faulty_of_call(told) }
      [Call.new(data['name'], data['timeoutMs'], data['context']),
       body(data['body'], octets, size, size - 4 - length, inline)]
    end

    # Encodes the payload of a response frame, in the packed form's order of members. `fields` are flat pairs,
    # their values code units; `body` is nil, octets or Pending, `context` JSON.
    #
    #   raises  AnswerFaulty: the head is over 65,536 octets
    def self.write_response(status, content_type, fields, body, context = '{}')
      member = case body
               when Pending then "{\"length\":#{body.length || 'null'}}"
               when nil then 'null'
               else body.bytesize
               end
      flat = fields.empty? ? '' : fields.map { |one| quoted(one) }.join(',')
      text = "{\"v\":1,\"kind\":\"response\",\"status\":#{status},\"contentType\":#{quoted(content_type)}," \
             "\"headers\":[#{flat}],\"trailers\":null,\"context\":#{context},\"body\":#{member}}"
      packed(text, body)
    end

    # Encodes the payload of a result frame: data as JSON, items as JSON lines, or chunks. AnswerFaulty as above.
    def self.write_result(body, gives, context = '{}')
      member = body.is_a?(Pending) ? '{"length":null}' : body&.bytesize || 'null'
      member = "{\"length\":#{body.length}}" if body.is_a?(Pending) && body.length
      text = "{\"v\":1,\"kind\":\"result\",\"gives\":\"#{gives}\",\"context\":#{context},\"body\":#{member}}"
      packed(text, body)
    end

    def self.packed(text, body)
      octets = text.bytesize
      most = Frames::MAX_HEAD
      raise AnswerFaulty, "its head has #{octets} octets and #{most} are possible" if octets > most

      payload = [octets].pack('N') << text.force_encoding(Encoding::BINARY)
      payload << body if body.is_a?(String)
      payload
    end
    private_class_method :packed

    # As JSON. Nearly every text is one that was there before, or needs no escape.
    def self.quoted(text)
      QUOTED[text] || (text.nil? ? 'null' : quote(text))
    end
    private_class_method :quoted

    def self.quote(text)
      json = PLAIN.match?(text) ? "\"#{text}\"" : JSON.generate(text)
      QUOTED[text] = json.freeze if QUOTED.size < MAX_QUOTED && text.bytesize <= MAX_QUOTED_TEXT
      json
    end
    private_class_method :quote

    # The block names a faulty member, if there is one.
    def self.read(text, what)
      data = Payload.read_json(text, what)
      raise FrameFault, "#{what} that is no object" unless data.is_a?(Hash)

      faulty = yield data
      raise FrameFault, "#{what} with a faulty member #{faulty}" unless faulty.nil?

      data
    end
    private_class_method :read

    # That of the JSON, all of which is there.
    def self.length_of(octets, at, size)
      raise FrameFault, "a request that ends within its head's length" if size < 4

      length = octets.unpack1('N', offset: at)
      if length > Frames::MAX_HEAD
        raise FrameFault, "a head of #{length} octets: #{Frames::MAX_HEAD} are possible"
      end
      raise FrameFault, 'a request that ends within its head' if size < 4 + length

      length
    end
    private_class_method :length_of

    # The last `rest` octets before `ending` are what is behind the head.
    def self.body(member, octets, ending, rest, inline)
      count = member.is_a?(Integer) ? member : 0
      raise FrameFault, "an inline body of #{count} octets: our hello said #{inline}" if count > inline
      raise FrameFault, "#{rest} octets after a head that says #{count}" if rest != count
      return Pending.new(member['length']) if member.is_a?(Hash)

      member.nil? ? nil : octets.byteslice(ending - rest, rest)
    end
    private_class_method :body
  end
end
