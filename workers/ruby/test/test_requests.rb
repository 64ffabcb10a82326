# frozen_string_literal: true

require_relative 'caller'
require 'minitest'

# The environment and `rack.input`. The Rack specification, "The Environment", "The Input Stream".
class RequestsTest < Minitest::Test
  def test_the_environment_has_the_names_of_cgi
    told = told('POST', '/env?a=1&b=%20', 'body', mount: '/m%C3%A9', protocol: 'https',
                                                  headers: { 'host' => 'example.org:8443', 'content-type' => 'text/x', 'x-a-b' => 'c' })
    assert_equal(
      {
        'REQUEST_METHOD' => 'POST', 'SCRIPT_NAME' => '/m%C3%A9', 'PATH_INFO' => '/env', 'QUERY_STRING' => 'a=1&b=%20',
        'REQUEST_URI' => '/m%C3%A9/env?a=1&b=%20', 'SERVER_NAME' => 'example.org', 'SERVER_PORT' => '8443',
        'SERVER_PROTOCOL' => 'HTTP/1.1', 'HTTP_VERSION' => 'HTTP/1.1', 'REMOTE_ADDR' => '192.0.2.7',
        'CONTENT_TYPE' => 'text/x', 'CONTENT_LENGTH' => '4', 'HTTP_HOST' => 'example.org:8443', 'HTTP_X_A_B' => 'c'
      }, told['cgi']
    )
    assert told['errors']
    assert_empty told['frozen']
  end

  def test_what_is_not_there_is_left_out
    told = told('GET', '/env', client: nil, http: '2')
    assert_equal %w[HTTP_HOST HTTP_VERSION PATH_INFO QUERY_STRING REQUEST_METHOD REQUEST_URI SCRIPT_NAME
                    SERVER_NAME SERVER_PORT SERVER_PROTOCOL], told['cgi'].keys.sort
    assert_equal ['', '80', 'HTTP/2', '/env'],
                 told['cgi'].values_at('QUERY_STRING', 'SERVER_PORT', 'SERVER_PROTOCOL', 'REQUEST_URI')
  end

  def test_the_server_is_the_authority_that_was_addressed
    { '[::1]:8080' => ['[::1]', '8080'], '[::1]' => ['[::1]', '80'], 'a.example' => ['a.example', '80'],
      '' => ['localhost', '80'] }.each do |host, expected|
      assert_equal expected, told('GET', '/env', headers: { 'host' => host })['cgi'].values_at('SERVER_NAME', 'SERVER_PORT')
    end
  end

  # What is kept of one request for the next has to be another string.
  def test_what_an_app_changes_changes_no_other_request
    headers = { 'host' => 'example.org', 'content-type' => 'text/x', 'x-a' => 'b' }
    Caller.open('plain.ru') do |caller|
      tell = -> { JSON.parse(caller.answer(caller.ask('POST', '/changes', 'body', headers: headers)).text)['cgi'] }
      first = tell.call
      assert_equal %w[example.org text/x], first.values_at('SERVER_NAME', 'CONTENT_TYPE')
      assert_equal first, tell.call
    end
  end

  def test_fields_that_could_stand_for_others_are_not_heard
    told = told('GET', '/env', headers: { 'proxy' => 'evil', 'x_forwarded_for' => 'evil', 'version' => 'evil',
                                          'content-length' => '999' })
    refute_includes told['cgi'].values, 'evil'
    refute_includes told['cgi'].keys, 'CONTENT_LENGTH'
    refute_includes told['cgi'].keys, 'HTTP_CONTENT_LENGTH'
  end

  def test_who_is_there_is_what_the_gateway_carries_and_no_field
    told = told('GET', '/env', context: { 'remote-user' => 'anna' }, headers: { 'remote-user' => 'eve' })
    assert_equal %w[anna eve], told['cgi'].values_at('REMOTE_USER', 'HTTP_REMOTE_USER')
    assert_equal({ 'REMOTE_USER' => 'c384' }, told('GET', '/env', context: { 'remote-user' => "\u00c4" })['octets'])
    [{}, { 'remote-user' => '' }, { 'remote-user' => 7 }, { 'remote-user' => nil }].each do |context|
      refute_includes told('GET', '/env', context: context, headers: { 'remote_user' => 'eve' })['cgi'].keys, 'REMOTE_USER'
    end
  end

  def test_octets_beyond_ascii_are_binary_strings
    told = told('GET', '/env', headers: { 'x-a' => "\u00e9\u00ff" })
    assert_equal({ 'HTTP_X_A' => 'e9ff' }, told['octets'])
    assert_equal ['ASCII-8BIT'], told['encodings']
  end

  def test_of_rack_two_and_of_rack_three
    all = { 'rack.multithread' => true, 'rack.multiprocess' => true, 'rack.run_once' => false, 'rack.hijack?' => false,
            'rack.url_scheme' => 'http', 'rack.response_finished' => [] }
    assert_equal({ 'rack.version' => [1, 3], **all }, told('GET', '/env')['rack'])
    assert_equal all, told('GET', '/env', release: 3)['rack']
    Caller.open('plain.ru', '--threads', '1') do |caller|
      assert_equal false, JSON.parse(caller.get('/env').text)['rack']['rack.multithread']
    end
  end

  # What each way of reading gives of "one\ntwo\nthree", whether it came with the head, or in pieces.
  READINGS = {
    '/read' => "one\ntwo\nthree",
    '/read-5' => ["one\nt", '', "wo\nth", 'ree'].inspect,
    '/read-into' => [[true, 'one'], [true, "\ntwo\nthre"]].inspect,
    '/gets' => ["one\n", "two\n", 'three', nil].inspect,
    '/each' => ["one\n", "two\n", 'three'].inspect,
    '/end' => ["one\ntwo\nthree", '', nil, nil].inspect,
    '/size' => '13',
    '/encoding' => '[#<Encoding:ASCII-8BIT>, #<Encoding:ASCII-8BIT>]',
    '/close' => 'nil'
  }.freeze

  def test_input_is_read_as_an_io
    body = "one\ntwo\nthree"
    [nil, 3].each do |release|
      Caller.open('plain.ru', release: release) do |caller|
        READINGS.each do |path, expected|
          whole = caller.ask('POST', path, body.b)
          assert_equal expected, caller.answer(whole).text, path
          [{ length: 13 }, { length: nil }].each do |member|
            coming = caller.ask('POST', path, member)
            caller.send_body(coming, body, piece: 2)
            assert_equal expected, caller.answer(coming).text, "#{path} #{member}"
          end
        end
      end
    end
  end

  def test_no_body_is_an_empty_input
    Caller.open('plain.ru') do |caller|
      assert_equal ['', '', nil, nil].inspect, caller.get('/end').text
      assert_equal '[]', caller.get('/each').text
    end
  end

  def test_rack_two_reads_twice_what_came_in_any_size
    large = 'x' * 700_000
    Caller.open('plain.ru') do |caller|
      %w[/twice /partly-twice].each do |path|
        call = caller.ask('POST', path, { length: nil })
        caller.send_body(call, large)
        assert_equal 'true', caller.answer(call).text, path
      end
    end
  end

  def test_rack_three_keeps_nothing_of_what_was_read
    Caller.open('plain.ru', release: 3) do |caller|
      call = caller.ask('POST', '/rewinds', { length: nil })
      assert_equal 'false', caller.answer(call).text
    end
  end

  def test_nothing_is_asked_for_before_the_app_reads_and_then_no_more_than_a_window
    Caller.open('plain.ru', '--threads', '2') do |caller|
      waits = caller.ask('POST', '/wait', { length: 5 })
      large = caller.ask('POST', '/size', { length: 2_000_000 })
      most = caller.send_body(large, 'x' * 2_000_000)
      assert_equal '2000000', caller.answer(large).text
      assert_operator most, :<=, 262_144
      assert_equal 0, caller.waiting(waits)
      caller.get('/open')
      assert_equal 'waited', caller.answer(waits).text
    end
  end

  def test_carried_keys_are_read_and_what_is_set_or_changed_goes_back
    Caller.open('plain.ru') do |caller|
      answer = caller.get('/context', context: { kept: 'a', seen: [0] })
      assert_equal '{"kept":"a","seen":[0]}', answer.text
      assert_equal({ 'seen' => [0, 1], 'set' => 'here' }, answer.head['context'])
      assert_equal '{}', caller.get('/context').text # those of one call alone
      assert_equal 'call_faulty', caller.failure(caller.ask('GET', '/context?odd'))['code']
    end
  end

  private

  def told(method, target, body = nil, release: nil, **members)
    Caller.open('plain.ru', release: release) do |caller|
      JSON.parse(caller.answer(caller.ask(method, target, body, **members)).text)
    end
  end
end
