# frozen_string_literal: true

require 'minitest/autorun'
require 'socket'
require_relative '../hagaki_client'

# What flows, against servers that break off; against one of Hagaki's own: test/roads/stream-clients.test.ts.
class ClientStreamsTest < Minitest::Test
  Client = Hagaki::Client
  ITEMS = { 'as' => 'items', 'mediaTypes' => ['application/jsonl'], 'body' => 'member' }.freeze
  BYTES = { 'as' => 'chunks', 'mediaTypes' => ['image/*'], 'body' => 'member' }.freeze
  CONTRACT = {
    'hagaki' => 1,
    'handlers' => {
      'feed' => { 'verb' => 'reads', 'path' => '/feed', 'gives' => 'items', 'itemLimit' => 8,
                  'errors' => { 'tired' => { 'kind' => 'unavailable' } } },
      'bytes' => { 'verb' => 'reads', 'path' => '/bytes', 'gives' => 'chunks' },
      'both' => { 'verb' => 'acts', 'path' => '/both', 'takes' => ITEMS, 'gives' => 'items' },
      'store' => { 'verb' => 'replaces', 'path' => '/store', 'takes' => BYTES, 'gives' => 'data', 'offers' => [] }
    }
  }.freeze
  HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  def setup
    @ends = []
    @gone = Queue.new
  end

  def teardown
    @ends.each(&:call)
  end

  # Answers each connection by the block, once its head has come; `@gone` hears when the client has left it.
  def api(**how, &serve)
    listening = TCPServer.new('127.0.0.1', 0)
    thread = Thread.new do
      loop do
        socket = listening.accept
        head = String.new
        head << socket.readpartial(1) until head.end_with?("\r\n\r\n")
        serve.call(socket, head)
      rescue SystemCallError, IOError
        @gone << true
      ensure
        socket&.close
      end
    end
    @ends << -> { thread.kill.join && listening.close }
    Client.new(CONTRACT, "http://127.0.0.1:#{listening.addr[1]}", timeout: 5, **how)
  end

  def chunk(text)
    "#{text.bytesize.to_s(16)}\r\n#{text}\r\n"
  end

  def giving(*chunks, ending: "0\r\n\r\n")
    api { |socket| socket << HEAD << chunks.map { |one| chunk(one) }.join << ending }
  end

  # What came before it was over, and how it was.
  def taken(stream)
    got = []
    stream.each { |one| got << one }
    [got, nil]
  rescue StandardError => e
    [got, e]
  end

  def test_items_are_told_apart_however_they_come
    assert_equal [[1, nil, { 'a' => 'é' }, 3], nil], taken(giving("1\n\n nu", "ll\r\n{\"a\":\"\xc3", "\xa9\"}\n3").feed)
    assert_equal [1, 2], giving("1\n2\n").feed.first(2)
    got = []
    assert_nil(giving("1\n2\n").feed { |item| got << item })
    assert_equal [1, 2], got
  end

  def test_a_failure_that_ends_items_is_raised_behind_them
    got, failure = taken(giving("1\n", "!{\"status\":503,\"code\":\"tired\"}\n").feed)
    assert_equal [[1], 'tired', 'unavailable'], [got, failure.code, failure.kind]
    got, answered = taken(giving("1\n!{\"status\":500,\"code\":\"app_failed\"}\n").feed)
    assert_equal [[1], 500, 'app_failed'], [got, answered.status, answered.code]
  end

  def test_a_stream_that_breaks_off_is_lost_and_is_not_begun_again
    connections = 0
    broken = api do |socket|
      connections += 1
      socket << HEAD << chunk("1\n")
    end
    got, lost = taken(broken.feed)
    assert_equal [[1], Client::CallLost, 1], [got, lost.class, connections]
    ["x\n", "\xff\n", '1' * 4105, "#{'1' * 4105}\n"].each do |text|
      assert_instance_of Client::CallLost, taken(giving("1\n", text).feed)[1], text
    end
    short = api { |socket| socket << "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc" }
    assert_equal [['abc'], Client::CallLost], taken(short.bytes).then { |bytes, error| [bytes, error.class] }
  end

  def test_one_that_was_lost_before_it_began_is_begun_once_more_where_it_reads
    connections = 0
    flaky = api { |socket| socket << HEAD << chunk('a') << "0\r\n\r\n" if (connections += 1) > 1 }
    assert_equal [['a'], nil], taken(flaky.bytes)
    assert_equal 2, connections
    connections = 0
    assert_instance_of Client::CallLost, taken(flaky.both(body: [1]))[1]
    assert_equal 1, connections
  end

  def test_who_breaks_out_or_raises_ends_the_call
    endless = proc do |socket|
      socket << HEAD
      loop { socket << chunk("1\n") }
    end
    feed = api(&endless)
    feed.feed { |_| break }
    assert @gone.pop
    own = assert_raises(EOFError) { feed.feed { |_| raise EOFError, 'of the caller' } }
    assert_equal 'of the caller', own.message
    assert @gone.pop
  end

  def test_one_that_is_silent_is_given_up
    silent = api do |socket|
      socket << HEAD << chunk("1\n")
      socket.read # until the client leaves
    end
    got, late = taken(silent.call('feed', timeout: 0.3))
    assert_equal [[1], Client::CallTimeout], [got, late.class]
  end

  def test_what_flows_in_is_taken_piece_by_piece_and_may_be_answered_meanwhile
    echo = api do |socket|
      socket << HEAD
      loop do
        size = socket.gets.to_i(16)
        break if size.zero?

        socket << chunk(socket.read(size))
        socket.gets
      end
      socket << "0\r\n\r\n"
    end
    said = Queue.new
    said << 1
    heard = []
    echo.both(body: Enumerator.new { |taker| loop { (one = said.pop) ? taker << one : break } }) do |item|
      heard << item
      said << (item < 3 ? item + 1 : nil)
    end
    assert_equal [1, 2, 3], heard
  end

  def test_what_its_source_raises_is_told_and_the_request_is_none
    heard = Queue.new
    taking = api { |socket| heard << socket.read }
    raised = assert_raises(IOError) { taking.store(body: Enumerator.new { |to| to << 'ab' && raise(IOError, 'no disk') }) }
    assert_equal ['no disk', chunk('ab')], [raised.message, heard.pop]
    lines = Enumerator.new { |to| to << 1 << Object.new }
    assert_instance_of Client::InputInvalid, taken(taking.both(body: lines))[1]
    [1, 'text'].each { |body| assert_raises(Client::InputInvalid) { taking.both(body: body) } }
    assert_raises(Client::InputInvalid) { taking.store(body: 1) }
  end

  def test_a_service_may_answer_before_all_has_come
    taken = api { |socket| socket << "HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" }
    endless = Enumerator.new { |to| loop { to << 'x' * 65_536 } }
    assert_equal 413, assert_raises(Client::Answered) { taken.store(body: endless) }.status
  end
end
