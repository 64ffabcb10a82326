# frozen_string_literal: true

require 'minitest/autorun'
require 'openssl'
require 'socket'
require 'tempfile'
require_relative '../hagaki_client'

# Against servers that answer as they should not; against one of Hagaki's own: test/roads/python-handlers.test.ts.
class ClientTest < Minitest::Test
  Client = Hagaki::Client
  DATA = { 'as' => 'data', 'mediaTypes' => ['application/json'], 'body' => 'members' }.freeze
  CONTRACT = {
    'hagaki' => 1,
    'handlers' => {
      'me' => { 'verb' => 'reads', 'path' => '/me', 'takes' => nil, 'gives' => 'data', 'offers' => {} },
      'read' => { 'verb' => 'reads', 'path' => '/a b/{id}', 'takes' => nil, 'gives' => 'data', 'offers' => {} },
      'now' => { 'verb' => 'acts', 'path' => '/now', 'takes' => DATA, 'gives' => 'data', 'offers' => {},
                 'from' => { 'tag' => { 'in' => 'header', 'name' => 'x-tag' } } },
      'call' => { 'verb' => 'acts', 'path' => '/call', 'takes' => nil, 'gives' => 'data' },
      'form' => { 'verb' => 'acts', 'path' => '/form', 'gives' => 'data',
                  'takes' => { 'as' => 'cards', 'mediaTypes' => ['a/b'], 'body' => 'member' } }
    }
  }.freeze
  OK = "HTTP/1.1 200 OK\r\n"

  def setup
    @ends = []
  end

  def teardown
    @ends.each(&:call)
  end

  # Serves each connection by the block, which is given it when its head has come.
  def server(listening = TCPServer.new('127.0.0.1', 0), &serve)
    heads = []
    thread = Thread.new do
      loop do
        socket = listening.accept
        heads << read_head(socket)
        serve.call(socket, heads.size)
      rescue Errno::EPIPE, Errno::ECONNRESET, OpenSSL::SSL::SSLError
        nil # the client has seen enough
      ensure
        socket&.close
      end
    end
    @ends << -> { thread.kill.join && listening.close }
    ["http://127.0.0.1:#{listening.addr[1]}", heads]
  end

  def read_head(socket)
    head = String.new
    head << socket.readpartial(65_536) until head.include?("\r\n\r\n")
    head
  end

  def answering(body, *fields, status: '200 OK')
    server { |socket| socket << "HTTP/1.1 #{status}\r\n#{fields.map { |one| "#{one}\r\n" }.join}\r\n#{body}" }
  end

  def client(base, **how)
    Client.new(CONTRACT, base, timeout: 5, **how)
  end

  def test_an_answer_that_drips_is_given_up_in_time_wherever_it_does
    chunked = "#{OK}Transfer-Encoding: chunked\r\n\r\n"
    {
      'status line' => ['', OK[0..-3]], 'head' => [OK, 'a'], 'length' => ["#{OK}Content-Length: 1000000\r\n\r\n", '1'],
      'to the end' => ["#{OK}Connection: close\r\n\r\n", '1'], 'size of a chunk' => [chunked, '0'],
      'chunk' => ["#{chunked}ffff\r\n", '1'], 'trailers' => ["#{chunked}1\r\n1\r\n0\r\n", "a: b\r\n"],
      'interim answers' => ['', "HTTP/1.1 103 Early Hints\r\n\r\n"]
    }.each do |where, (first, rest)|
      base, = server do |socket|
        socket << first
        rest.each_char.cycle { |octet| sleep(0.02) && socket << octet }
      end
      began = now
      assert_raises(Client::CallTimeout, where) { client(base).call('me', timeout: 0.3) }
      assert_operator now - began, :<, 3, where
    end
  end

  def test_an_answer_is_read_whole_or_lost
    assert_equal 'anna', client(answering('"anna"', 'Connection: close')[0]).me
    assert_equal 'anna', client(answering("6\r\n\"anna\"\r\n0\r\n\r\n", 'Transfer-Encoding: chunked')[0]).me
    [
      answering('"anna"', 'Content-Length: 7'), answering("8\r\n\"an", 'Transfer-Encoding: chunked'),
      answering('{"a":', 'Content-Length: 5'), answering("\"\xff\"", 'Content-Length: 3'), server { |_| nil },
      server { |socket| socket << "no HTTP\r\n\r\n" }, answering('', 'Content-Length: 5', 'x y')
    ].each { |base, _| assert_raises(Client::CallLost) { client(base).me } }
  end

  def test_what_reads_is_sent_once_more_where_it_was_lost_and_what_acts_is_not
    base, heads = server { |socket, count| socket << "#{OK}Content-Length: 1\r\n\r\n7" if count.even? }
    assert_equal [7, 2], [client(base).me, heads.size]
    assert_raises(Client::CallLost) { client(base).now }
    assert_equal 3, heads.size
    assert_equal [7, 4], [client(base).now, heads.size]
    assert_raises(Client::CallLost) { client(base, retries: 0).me }
  end

  def test_handlers_may_have_any_name_and_those_of_a_later_version_are_refused
    base, heads = answering('1', 'Content-Length: 1')
    api = client("#{base}/v1/", headers: { 'X-User' => 'anna' })
    assert_equal 1, api.read(id: 'c/d?'.delete('/'))
    assert_includes heads.last, "GET /v1/a%20b/cd%3F HTTP/1.1\r\n"
    assert_match(/^x-user: anna\r$/i, heads.last)
    assert_equal 1, api.now({ tag: "h\u00e9" })
    assert_match(/^x-tag: h\xe9\r$/ni, heads.last.b)
    assert_nil api.call('call')
    assert_equal 1, api.call('now', { a: 1 }, headers: { 'x-user' => 'eve' })
    assert_match(/^x-user: eve\r$/i, heads.last)
    assert_raises(Client::InputInvalid) { api.form(body: []) }
    assert_raises(KeyError) { api.call('nowhere') }
    assert_raises(NoMethodError) { api.nowhere }
  end

  def test_a_proxy_of_the_environment_is_not_asked
    before = ENV.fetch('http_proxy', nil)
    ENV['http_proxy'] = 'http://127.0.0.1:1'
    assert_equal 'anna', client(answering('"anna"', 'Content-Length: 6')[0]).me
  ensure
    ENV['http_proxy'] = before
  end

  def test_what_cannot_be_sent_is_refused_and_nothing_is_sent
    base, heads = answering('1', 'Content-Length: 1')
    api = client(base)
    bad = [{ tag: "a\r\nb: c" }, { tag: "\u2603" }, { tag: [1, 2] }, { tag: {} }, { a: Object.new }, { a: Float::NAN },
           { a: "\xff" }, [1], 'text']
    bad.each { |data| assert_raises(Client::InputInvalid, data.inspect) { api.now(data) } }
    ['', '.', '..', 'a/b', 'a\\b', "a\0", "\xff", nil, [], Float::INFINITY].each do |id|
      assert_raises(Client::InputInvalid, id.inspect) { api.read(id: id) }
    end
    assert_empty heads
  end

  def test_a_refusal_is_told_whatever_its_body_is
    { '{"code":"no"}' => 'no', '{"code":5}' => nil, '[]' => nil, 'no JSON' => nil, '' => nil }.each do |body, code|
      base, = answering(body, "Content-Length: #{body.bytesize}", status: '503 No')
      refused = assert_raises(Client::Answered) { client(base).me }
      assert_equal [503, code, []], [refused.status, refused.code, refused.issues]
    end
  end

  def test_what_is_no_contract_or_no_base_is_refused
    ['ftp://a', 'http://', 'a', 'http://a/?b', 'http://u:p@a/', 'http://a b'].each do |base|
      assert_includes assert_raises(ArgumentError, base) { client(base) }.message, 'is no base address'
    end
    [{}, nil, { 'hagaki' => 2, 'handlers' => {} }].each do |contract|
      told = assert_raises(ArgumentError) { Client.new(contract, 'http://a') }.message
      assert_includes told, 'hagaki contract'
    end
  end

  def test_tls_is_checked_against_what_is_trusted
    key, certificate = issued
    context = OpenSSL::SSL::SSLContext.new
    context.key = key
    context.cert = certificate
    listening = TCPServer.new('127.0.0.1', 0)
    tls = OpenSSL::SSL::SSLServer.new(listening, context)
    tls.start_immediately = true
    def tls.addr
      to_io.addr
    end
    base, = server(tls) { |socket| socket << "#{OK}Content-Length: 1\r\n\r\n7" }
    base = base.sub('http:', 'https:')
    Tempfile.create('trusted') do |file|
      file.write(certificate.to_pem)
      file.flush
      assert_equal 7, client(base, tls: { ca_file: file.path }).me
    end
    assert_includes assert_raises(Client::CallLost) { client(base).me }.message, 'certificate verify failed'
  end

  private

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def issued
    key = OpenSSL::PKey::RSA.new(2_048)
    one = OpenSSL::X509::Certificate.new
    one.version = 2
    one.serial = 1
    one.subject = one.issuer = OpenSSL::X509::Name.parse('/CN=127.0.0.1')
    one.public_key = key.public_key
    one.not_before = Time.now - 60
    one.not_after = Time.now + 600
    extensions = OpenSSL::X509::ExtensionFactory.new(one, one)
    one.add_extension(extensions.create_extension('subjectAltName', 'IP:127.0.0.1'))
    one.add_extension(extensions.create_extension('basicConstraints', 'CA:TRUE', true))
    [key, one.sign(key, OpenSSL::Digest.new('SHA256'))]
  end
end
