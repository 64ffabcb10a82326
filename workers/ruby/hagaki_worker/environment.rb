# frozen_string_literal: true

require_relative 'fields'

module HagakiWorker
  # The Rack environment of a call.
  #
  #   in   a request head, its body's length, its input, what is the same for every call
  #   out  env, a Hash of CGI names and `rack.` members
  #
  # The Rack specification, "The Environment"; RFC 3875 section 4.1 for the CGI names. SCRIPT_NAME and PATH_INFO
  # stay percent-encoded, as Puma, Unicorn and Falcon leave them.
  class Environment
    PORTS = { 'http' => '80', 'https' => '443' }.freeze
    # The carried key by which a gateway says who its guards have let in. No field of a request is heard: what a
    # client sends as Remote-User is HTTP_REMOTE_USER.
    USER_KEY = 'remote-user'
    MAX_NAMES = 1_000 # remembered, since clients choose them
    MAX_NAME = 64 # octets of one that is remembered

    # They have a name of their own, or (proxy) would become the HTTP_PROXY by which many client libraries
    # choose where they connect to: "httpoxy", CVE-2016-5385.
    NOT_AS_HTTP = %w[content-type content-length proxy].freeze
    OF_EACH = %w[
      REQUEST_METHOD SCRIPT_NAME PATH_INFO QUERY_STRING REQUEST_URI SERVER_NAME SERVER_PORT SERVER_PROTOCOL
      HTTP_VERSION rack.url_scheme rack.input rack.response_finished hagaki.context
    ].freeze
    private_constant :USER_KEY, :MAX_NAMES, :MAX_NAME, :NOT_AS_HTTP, :OF_EACH

    # `release` is the major version of Rack.
    def initialize(errors:, multithread:, release:)
      @base = {
        'rack.errors' => errors,
        'rack.multithread' => multithread,
        'rack.multiprocess' => true, # the gateway may run any number of workers
        'rack.run_once' => false,
        'rack.hijack?' => false # the connection is the gateway's
      }
      @base['rack.version'] = [1, 3].freeze if release < 3
      # What every request has, so that a copy has room for it: a Hash that grows is built anew.
      OF_EACH.each { |name| @base[name] = nil }
      @names = {}
    end

    # `length` is that of the body in octets: nil without one, and when unknown.
    def of(head, length, input)
      env = @base.dup
      path = Fields.octets(head.path)
      name, port = server(head)
      env['REQUEST_METHOD'] = head.method
      env['SCRIPT_NAME'] = head.mount
      env['PATH_INFO'] = path
      env['QUERY_STRING'] = head.query || String.new
      env['REQUEST_URI'] = "#{head.mount}#{path}#{head.query && "?#{head.query}"}"
      env['SERVER_NAME'] = name
      env['SERVER_PORT'] = port
      env['SERVER_PROTOCOL'] = "HTTP/#{head.http || '1.1'}"
      env['REMOTE_ADDR'] = head.client unless head.client.nil?
      env['hagaki.context'] = head.context
      user = head.context[USER_KEY]
      env['REMOTE_USER'] = user.b if user.is_a?(String) && !user.empty?
      # The length of the body that is there, never what a field says: the two may differ once a gateway has
      # decoded the body, and this one is what rack.input gives.
      env['CONTENT_LENGTH'] = length.to_s unless length.nil?
      env['rack.url_scheme'] = head.protocol
      env['rack.input'] = input
      env['rack.response_finished'] = []
      add_fields(env, head.headers)
      env['HTTP_VERSION'] = env['SERVER_PROTOCOL'].dup # which apps still ask, and no field called Version
      env
    end

    private

    def add_fields(env, headers)
      headers.each do |name, value|
        key = @names[name] || key_of(name)
        env[key] = own(value) if key
      end
      type = headers['content-type']
      env['CONTENT_TYPE'] = own(type) unless type.nil?
    end

    # A string that the app may change: the fields are those of other requests as well.
    def own(value)
      value.ascii_only? ? value.dup : Fields.octets(value)
    end

    # nil for a field that becomes no HTTP_ variable.
    def key_of(name)
      # X_Forwarded_For would become the same HTTP_X_FORWARDED_FOR as X-Forwarded-For, which gateways take care
      # to set themselves: whoever sends the former is not heard.
      return nil if name.include?('_') || NOT_AS_HTTP.include?(name)

      key = "HTTP_#{name.upcase.tr('-', '_')}".freeze
      @names[name] = key if @names.size < MAX_NAMES && name.bytesize <= MAX_NAME
      key
    end

    # SERVER_NAME and SERVER_PORT, by the authority that the client addressed. An IPv6 address keeps its
    # brackets (RFC 3875 4.1.14).
    def server(head)
      host = head.headers['host'] || ''
      colon = host.rindex(':')
      has_port = colon && colon.positive? && !host.end_with?(']')
      name = has_port ? Fields.octets(host[0, colon]) : own(host.empty? ? 'localhost' : host)
      port = host[colon + 1, host.size] if has_port
      [name, port.nil? || port.empty? ? PORTS.fetch(head.protocol).dup : port]
    end
  end
end
