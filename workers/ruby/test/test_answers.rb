# frozen_string_literal: true

require_relative 'caller'
require 'minitest'

# Status, headers and bodies. The Rack specification, "The Response".
class AnswersTest < Minitest::Test
  def setup
    @caller = Caller.new('answers.ru')
  end

  def teardown
    @caller.close
  end

  def test_bodies_that_are_all_there_go_with_the_head
    { '/array' => 'onetwo', '/unicode' => "h\u00e9\xff".b, '/frozen' => 'frozen', '/counted-one' => 'one' }
      .each do |path, body|
        answer = @caller.get(path)
        assert_equal [200, body.b, Caller::RESPONSE], [answer.status, answer.body, answer.ending.type], path
      end
  end

  def test_enumerable_bodies_go_out_block_by_block_and_are_closed_once
    answer = @caller.get('/each')
    assert_equal [200, 'onetwo', Caller::END_], [answer.status, answer.body, answer.ending.type]
    assert_equal({ 'length' => nil }, answer.head['body'])
    assert_equal '012', @caller.get('/enumerator').body
    assert_equal({ 'length' => 6 }, @caller.get('/counted').head['body'])
    @caller.logged('closed')
    call = @caller.ask('GET', '/waits')
    assert_equal Caller::RESPONSE, @caller.next(call).type
    @caller.credit(call, 100)
    assert_equal 'one', @caller.next(call).payload
    @caller.get('/open')
    assert_equal 'opened', @caller.next(call).payload
  end

  def test_files_are_read_from_their_path
    answer = @caller.get('/path')
    assert_equal [200_000, { 'length' => 200_000 }], [answer.body.bytesize, answer.head['body']]
    assert_equal File.binread(File.join(Caller::APPS, 'answers.ru')), @caller.get('/small-path').body
    assert_equal 'by each', @caller.get('/no-path').text
  end

  def test_a_body_with_to_ary_is_all_there_and_closed_once
    answers = Array.new(2) { @caller.get('/to-ary') }
    answers.each { |answer| assert_equal [Caller::RESPONSE, 'onetwo'], [answer.ending.type, answer.text] }
    @caller.hang_up
    @caller.exit_status
    assert_equal 2, @caller.log.scan('closed').size
  end

  def test_no_body_where_there_can_be_none
    { '/no-content' => 204, '/not-modified' => 304 }.each do |path, status|
      answer = @caller.get(path)
      assert_equal [status, nil], [answer.status, answer.body]
    end
    assert_equal [%w[etag "1"], %w[content-length 5]], @caller.get('/not-modified').fields
    head = @caller.answer(@caller.ask('HEAD', '/counted'))
    assert_equal [200, nil, [%w[content-length 6]]], [head.status, head.body, head.fields]
    assert_nil @caller.answer(@caller.ask('HEAD', '/stream')).body
    refute_includes @caller.log, 'never sent'
  end

  def test_fields_as_rack_two_and_rack_three_write_them
    { '/two' => [%w[set-cookie a=1], %w[set-cookie b=2], %w[x-a c]],
      '/three' => [%w[set-cookie a=1], %w[set-cookie b=2], %w[x-a c]],
      '/pairs' => [%w[x-a b], %w[x-a c]],
      '/nil-field' => [%w[x-b 7], %w[x-c d]],
      '/of-the-connection' => [],
      '/octets' => [['x-a', "\u00e9"], ['x-b', "\u00c3\u00a9"], %w[x-c blank]] }
      .each { |path, fields| assert_equal fields, @caller.get(path).fields, path }
    assert_equal 201, @caller.get('/status-text').status
  end

  # What an app may not answer: what the log says of it, in the gateway's code or in the worker's own words.
  FAULTY = {
    '/large-head' => ['call_faulty', /its head has 70\d\d\d octets and 65536 are possible/],
    '/hijacks' => ['call_faulty', /takes over the connection \(rack\.hijack\).* answer with a body that has call/],
    '/chunked' => ['call_faulty', /a transfer-encoding of its own, "chunked".* take Rack::Chunked/],
    '/large-coding' => ['app_failed', /the data of call_faulty cannot be sent/],
    '/too-little' => ['call_faulty', /its body has 3 octets and should have 9/],
    '/thread-exit' => ['call_faulty', /the app ended its thread/],
    '/split' => ['app_failed', /header x-a has a character that no header may hold/],
    '/nul' => ['app_failed', /header x-a has a character/],
    '/name' => ['app_failed', /"X A" is no header name/],
    '/no-status' => ['app_failed', /a status must be an Integer, not nil/],
    '/early' => ['app_failed', /a status must be 200 to 599, not 103/],
    '/async' => ['app_failed', /uncaught throw :async/],
    '/no-body' => ['app_failed', /a body must have each or call, and NilClass has neither/],
    '/no-blocks' => ['app_failed', /a block of a body must be a String, not 7/],
    '/no-answer' => ['app_failed', /a status must be an Integer/],
    '/raises' => ['app_failed', /a secret \(RuntimeError\)/],
    '/exit' => ['app_failed', /exit \(SystemExit\)/],
    '/throws' => ['app_failed', /uncaught throw :nothing/]
  }.freeze

  def test_what_cannot_be_sent_fails_with_its_reason_and_the_next_call_works
    pid = @caller.get('/pid').text
    FAULTY.each do |path, (code, said)|
      failure = @caller.failure(@caller.ask('GET', path))
      assert_equal code, failure['code'], path
      assert_equal "rack('answers.ru')", failure['detail']['to'] if code == 'call_faulty'
      refute_match(/secret/, JSON.generate(failure))
      @caller.logged("GET #{path}: ")
      assert_match said, @caller.log
    end
    assert_equal pid, @caller.get('/pid').text
  end

  def test_a_body_that_is_more_or_breaks_off_ends_in_a_failure
    { '/too-much' => 'call_faulty', '/raises-midway' => 'app_failed' }.each do |path, code|
      call = @caller.ask('GET', path)
      @caller.credit(call, 1_000)
      frames = []
      frames << @caller.next(call) until frames.any? { |frame| frame.type == Caller::FAILED }
      assert_equal code, frames.last.json['code'], path
    end
    assert_equal 'fine', @caller.get('/close-raises').text
    @caller.logged('GET /close-raises: close failed')
  end

  def test_an_app_that_is_interrupted_leaves_the_link_whole
    endless = @caller.ask('GET', '/endless')
    calls = Array.new(3) { @caller.ask('GET', '/timed') }
    calls.each { |call| @caller.credit(call, 2**24) }
    calls.each do |call|
      frame = @caller.next(call) until frame&.type == Caller::FAILED
      assert_equal 'app_failed', frame.json['code']
    end
    assert_match(/\A\d+\z/, @caller.get('/pid').text)
    @caller.cancel(endless)
  end

  def test_a_streaming_body_writes_until_it_closes
    assert_equal 'onetwothree', @caller.get('/stream').text
    later = @caller.ask('GET', '/stream-later')
    assert_equal Caller::RESPONSE, @caller.next(later).type
    @caller.get('/open')
    @caller.credit(later, 100)
    assert_equal %w[opened], [@caller.next(later).payload]
    assert_equal Caller::END_, @caller.next(later).type
    @caller.logged('closed')
  end

  def test_a_streaming_body_reads_the_request_while_it_answers
    call = @caller.ask('POST', '/stream-echo', { length: nil })
    @caller.credit(call, 1_000)
    assert_equal Caller::RESPONSE, @caller.next(call).type
    @caller.send_body(call, 'abcdefghij', piece: 2)
    answer = [@caller.next(call)]
    answer << @caller.next(call) until answer.last.type == Caller::END_
    assert_equal 'ABCDEFGHIJ', answer.select { |frame| frame.type == Caller::DATA }.map(&:payload).join
  end

  def test_a_streaming_body_that_fails_is_cut_off
    %w[/stream-raises /stream-exits].each do |path|
      call = @caller.ask('GET', path)
      @caller.credit(call, 1_000)
      frames = [@caller.next(call)]
      frames << @caller.next(call) until frames.last.type == Caller::FAILED
      assert_equal Caller::RESPONSE, frames.first.type
    end
    call = @caller.ask('GET', '/stream-closed')
    @caller.answer(call)
    @caller.get('/pid')
  end

  def test_a_client_that_goes_away_ends_what_is_made_for_it
    { '/stream-endless' => 'told true', '/stream-idle' => 'closed', '/endless' => 'closed' }.each do |path, said|
      Caller.open('answers.ru', '--threads', '1') do |caller|
        call = caller.ask('GET', path)
        assert_equal Caller::RESPONSE, caller.next(call).type
        caller.credit(call, 4)
        caller.next(call)
        caller.cancel(call)
        caller.logged(said)
        caller.get('/pid')
        caller.logged('closed')
        refute_includes caller.log, 'the app failed'
      end
    end
  end

  def test_what_waits_for_the_end_of_a_response_is_told_in_reverse_order
    { '/array' => '200 NilClass', '/raises-midway' => '200 RuntimeError', '/stream' => '200 NilClass' }.each do |path, said|
      Caller.open('answers.ru', release: 3) do |caller|
        call = caller.ask('GET', "#{path}?finished")
        caller.credit(call, 1_000) unless path == '/array'
        caller.logged("second told\nfirst told #{said}")
      end
    end
  end
end
