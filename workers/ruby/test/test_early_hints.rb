# frozen_string_literal: true

require_relative 'caller'
require 'minitest'

# `rack.early_hints`: the Rack specification, "The Environment"; RFC 8297.
class EarlyHintsTest < Minitest::Test
  def setup
    @caller = Caller.new('hints.ru', '--early-hints', 'yes')
  end

  def teardown
    @caller.close
  end

  def test_headers_are_told_before_the_answer_and_its_framing_is_not
    hints, answer = asked('/twice')
    links = ['link', '</a.css>; rel=preload', 'link', '</b.js>; rel=preload', 'x-a', '1', 'x-a', '2']
    assert_equal [links, ['x-b', "h\u00c3\u00a9"]], hints
    assert_equal [200, 'hinted', []], [answer.status, answer.text, answer.fields]
  end

  def test_what_says_nothing_or_is_too_large_is_not_sent
    hints, answer = asked('/nothing')
    assert_equal [[], 'hinted'], [hints, answer.text]
  end

  def test_an_answer_has_at_most_64
    hints, answer = asked('/many')
    assert_equal [(0...64).map { |number| ['x-a', number.to_s] }, 'hinted'], [hints, answer.text]
  end

  def test_what_no_header_may_be_is_refused_and_nothing_of_it_sent
    hints, answer = asked('/faulty')
    assert_equal [[], 'hinted'], [hints, answer.text]
    @caller.logged('early hints must be a Hash, not NilClass')
    assert_equal 4, @caller.log.scan('refused: ').size, @caller.log
  end

  def test_nothing_is_sent_once_the_answer_has_begun_whatever_thread_hints
    assert_equal [[], '012'], asked('/late').then { |hints, answer| [hints, answer.text] }
    20.times do
      hints, answer = asked('/thread')
      assert_operator hints.size, :<=, 64
      assert_equal 'x' * 50, answer.text
    end
  end

  def test_there_are_none_for_http_one_zero_nor_where_nobody_said_so
    assert_equal 'no hints', @caller.get('/', http: '1.0').text
    assert_equal 'hinted', @caller.get('/', http: '2').text
    Caller.open('hints.ru') { |caller| assert_equal 'no hints', caller.get('/').text }
  end

  private

  # The hints that came before the answer, and the answer. One behind its beginning is a failure of the test.
  def asked(target)
    call = @caller.ask('GET', target)
    @caller.credit(call, 1_000)
    hints = []
    while (received = @caller.next(call)).type == Caller::HINT
      hints << received.json
    end
    whole = !received.head['body'].is_a?(Hash)
    return [hints, Caller::Answer.new(received.head, received.inline, received)] if whole

    body = String.new
    while (piece = @caller.next(call)).type != Caller::END_
      assert_equal Caller::DATA, piece.type
      body << piece.payload
    end
    [hints, Caller::Answer.new(received.head, body, piece)]
  end
end
