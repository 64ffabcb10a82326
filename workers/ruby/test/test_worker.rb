# frozen_string_literal: true

require_relative 'caller'
require 'minitest'

# A worker's life: hello, parallel calls, standard output, timeouts, signals, the errors of `spec/frames.md`.
class WorkerTest < Minitest::Test
  include Minitest::Assertions

  def test_hello_comes_first_and_once
    Caller.open('plain.ru', hello: false) do |caller|
      assert_equal({ 'v' => 1, 'role' => 'worker', 'name' => 'ruby-rack', 'inline' => 65_536 }, caller.next(0).json)
      caller.write(Caller.hello)
      assert_equal 'hello', caller.get('/hello').text
      assert_equal 0, caller.waiting(0)
    end
  end

  def test_a_call_is_answered_while_others_wait
    Caller.open('plain.ru', '--threads', '3') do |caller|
      waiting = [caller.ask('GET', '/wait'), caller.ask('GET', '/wait')]
      assert_equal 'hello', caller.get('/hello').text
      assert_equal [0, 0], (waiting.map { |call| caller.waiting(call) })
      caller.get('/open') until waiting.sum { |call| caller.waiting(call) } == 2
      assert_equal %w[waited waited], (waiting.map { |call| caller.answer(call).text })
    end
  end

  def test_1024_calls_wait_and_the_next_is_refused
    Caller.open('plain.ru', '--threads', '1') do |caller|
      held = hold(caller)
      waiting = Array.new(1_024) { caller.ask('GET', '/hello') }
      failure = caller.failure(caller.ask('GET', '/hello'))
      assert_equal ['call_refused', "rack('plain.ru')"], [failure['code'], failure['detail']['to']]
      caller.cancel(waiting.shift)
      waiting << caller.ask('GET', '/hello')
      release(caller, held)
      waiting.each { |call| assert_equal 'hello', caller.next(call).inline }
    end
  end

  def test_its_heap_has_room_for_what_calls_throw_away
    Caller.open('plain.ru') do |caller|
      assert_operator caller.get('/room').text.to_i, :>=, 30_000
    end
  end

  def test_frames_in_pieces_of_any_size
    chance = Random.new(20_260_103)
    stream = (1..50).map { |call| Caller.request(call, '/hello') }.join
    Caller.open('plain.ru') do |caller|
      until stream.empty?
        size = [1, 2, 3, 5, 100, 1_000].sample(random: chance)
        caller.write(stream.slice!(0, size))
      end
      (1..50).each { |call| assert_equal 'hello', caller.next(call).inline }
    end
  end

  def test_what_an_app_prints_is_log_and_not_link
    Caller.open('plain.ru') do |caller|
      assert_equal '""', caller.get('/print').text
      ['printed by the app', 'written by the app', 'printed by a child', 'told as an error'].each do |line|
        caller.logged(line)
      end
      assert_equal 'hello', caller.get('/hello').text
    end
  end

  def test_a_fork_has_no_link_and_ends_by_sigterm
    Caller.open('plain.ru') do |caller|
      assert_equal [Signal.list['TERM']].inspect, caller.get('/fork').text
      assert_equal 'fine', caller.get('/fork-prints').text
      caller.logged('printed by a fork')
      assert_equal 'hello', caller.get('/hello').text
    end
  end

  def test_a_fork_that_comes_back_to_the_worker_ends_and_answers_nobody
    Caller.open('plain.ru') do |caller|
      assert_equal '[1, 3]', caller.get('/fork-comes-back').text
      caller.logged('a fork of the app failed')
      assert_equal 'hello', caller.get('/hello').text
    end
  end

  def test_a_ping_is_answered_whatever_the_apps_do
    Caller.open('plain.ru', '--threads', '1') do |caller|
      caller.next(0)
      hold(caller)
      caller.send_frame(Caller::PING, 0, "ab\0\xff")
      assert_equal [Caller::PONG, "ab\0\xff".b], caller.next(0).to_a
    end
  end

  def test_an_answer_that_does_not_begin_in_time_fails_and_a_later_limit_replaces_the_first
    Caller.open('plain.ru', '--threads', '2') do |caller|
      late = caller.ask('GET', '/wait')
      caller.send_frame(Caller::TIMEOUT, late, [3_600_000].pack('N'))
      caller.send_frame(Caller::TIMEOUT, late, [20].pack('N'))
      assert_equal({ 'code' => 'call_timeout', 'detail' => { 'to' => "rack('plain.ru')", 'limitMs' => 20 } },
                   caller.failure(late))
      stopped = caller.ask('GET', '/wait')
      caller.send_frame(Caller::TIMEOUT, stopped, [60_000].pack('N'))
      caller.send_frame(Caller::TIMEOUT, stopped, [(2**32) - 1].pack('N'))
      assert_equal 0, caller.waiting(stopped)
    end
  end

  def test_a_call_by_name_has_no_handler
    Caller.open('plain.ru') do |caller|
      head = { v: 1, kind: 'call', name: 'notes.add', timeoutMs: nil, context: {}, body: nil }
      caller.send_frame(Caller::CALL, 1, Caller.packed(head))
      assert_equal({ 'code' => 'handler_unknown', 'detail' => { 'name' => 'notes.add' } }, caller.failure(1))
    end
  end

  def test_after_the_callers_go_away_its_calls_go_on
    Caller.open('plain.ru', '--threads', '2') do |caller|
      held = hold(caller)
      caller.send_frame(Caller::GO_AWAY, 0, '{"last":0,"reason":"stop"}')
      release(caller, held)
      assert_equal 'waited', caller.answer(held).text
    end
  end

  # Each ends the worker with status 2 and a line on standard error.
  FAULTS = {
    "\0\0\0\2" => 'octets: 5 to 196608',
    Caller.frame(16, 1) => 'unknown type 16',
    Caller.hello => 'a second hello',
    Caller.frame(Caller::RESPONSE, 1) => 'only a worker sends',
    Caller.frame(Caller::DATA, 1, 'x') => 'never was',
    Caller.request(2) + Caller.request(1) => 'request 1 after request 2',
    Caller.frame(Caller::REQUEST, 1, "\0\0\0\2{}") => 'faulty member v',
    Caller.request(1, '/wait', body: { length: 1 }) + Caller.frame(Caller::DATA, 1, 'x') => 'credit for 0',
    Caller.frame(Caller::PONG, 0, 'abcd') => 'a pong without a ping'
  }.freeze

  def test_faults_of_the_caller_end_the_link
    callers = FAULTS.map { |octets, said| [Caller.new('plain.ru'), octets, said] }
    callers.each do |caller, octets, said|
      caller.next(0)
      caller.write(octets)
      assert_equal 2, caller.exit_status, said
      assert_match(/^hagaki: link closed: .*#{said}/, caller.log)
      caller.close
    end
  end

  def test_the_end_of_the_link_is_status_0_at_any_octet
    ['', Caller.hello[0, 3], Caller.hello, Caller.hello + Caller.request(1)[0, 50]].each do |octets|
      Caller.open('plain.ru', hello: false) do |caller|
        caller.next(0)
        caller.write(octets)
        caller.hang_up
        assert_equal 0, caller.exit_status
        assert_equal '', caller.log
      end
    end
  end

  def test_an_app_that_hangs_does_not_keep_the_process
    Caller.open('plain.ru') do |caller|
      hold(caller)
      caller.hang_up
      assert_equal 0, caller.exit_status
    end
  end

  def test_sigterm_lets_calls_end_and_says_which_were_not_begun
    Caller.open('plain.ru', '--threads', '1') do |caller|
      caller.next(0)
      held = hold(caller)
      waiting = caller.ask('GET', '/hello')
      caller.send_frame(Caller::PING, 0, 'here')
      caller.next(0)
      caller.signal('TERM')
      assert_equal({ 'last' => held, 'reason' => 'the worker stops' }, caller.next(0).json)
      release(caller, held)
      assert_equal 'waited', caller.answer(held).text
      assert_equal 0, caller.exit_status
      assert_equal 0, caller.waiting(waiting)
    end
  end

  def test_ctrl_c_is_left_to_the_gateway
    Caller.open('plain.ru') do |caller|
      caller.next(0)
      caller.signal('INT')
      assert_equal 'hello', caller.get('/hello').text
    end
  end

  private

  # Begins a call that runs until its body comes, and gives its number.
  def hold(caller)
    call = caller.ask('POST', '/held', { length: 1 })
    raise 'no credit' unless caller.next(call).type == Caller::CREDIT

    call
  end

  def release(caller, call)
    caller.send_frame(Caller::DATA, call, 'x')
    caller.send_frame(Caller::END_, call)
  end
end
