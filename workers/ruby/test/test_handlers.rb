# frozen_string_literal: true

require 'fileutils'
require 'minitest/autorun'
require 'tmpdir'
require_relative '../hagaki_handlers'
require_relative 'caller'

# Handlers on a link: what a service offers, guards, methods, what flows, and what is told of failures.
class HandlersTest < Minitest::Test
  LINE = { data: nil, guards: {}, resume: nil }.freeze
  HEAD = { method: 'GET', path: '/v1/a', query: nil, headers: {}, client: nil, protocol: 'http' }.freeze

  def setup
    @caller = Caller.new('handlers.rb', kind: 'handlers')
  end

  def teardown
    @caller.close
  end

  def data(name, sent)
    gives, body, = @caller.result(@caller.call(name, sent))
    assert_equal 'data', gives
    body && JSON.parse(body)
  end

  def refused(name, sent)
    @caller.failure(@caller.call(name, sent))
  end

  def line(data, **members)
    { **LINE, data: data, **members }
  end

  def test_it_says_what_it_offers_and_its_mark
    offer = data('hagaki:offer', nil)
    assert_equal '/v1', offer['prefix']
    assert_equal({ 'errors' => { 'not_signed_in' => { 'kind' => 'unauthenticated' } } }, offer['guards']['member'])
    read = offer['services']['notes']['handlers']['read']
    assert_equal ['reads', '/notes/{id}', { 'user' => 'member' }], read.values_at('verb', 'path', 'guards')
    assert_equal({ 'items' => { 'type' => 'integer' } }, offer['handlers']['total']['takes'])
    assert_equal({ 'bytes' => ['text/plain'] }, offer['handlers']['whole']['returns'])
    hello = @caller.next(0).json
    assert_equal ['ruby-handlers', Hagaki::Offer.mark(offer)], hello.values_at('name', 'contract')
  end

  def test_a_guard_decides_from_the_head_and_gives_data
    told = { 'code' => 'not_signed_in', 'detail' => {}, 'kind' => 'unauthenticated' }
    assert_equal told, refused('hagaki:guard', { guard: 'member', head: HEAD })
    asked = { guard: 'member', head: { **HEAD, headers: { 'x-user' => 'anna' } } }
    _, body, = @caller.result(@caller.call('hagaki:guard', asked, context: { tenant: 't' }))
    assert_equal({ 'name' => 'anna', 'carried' => { 'tenant' => 't' } }, JSON.parse(body))
    assert_equal 'call_faulty', refused('hagaki:guard', { guard: 'odd', head: HEAD })['code']
  end

  def test_a_failure_whose_data_no_frame_can_hold_is_answered_as_well
    %w[object nan octets large].each do |which|
      told = { 'code' => 'app_failed', 'detail' => {} }
      assert_equal told, refused('unsayable', line(which)), which
    end
    @caller.logged('the data of note_gone cannot be sent')
  end

  def test_what_is_set_in_carried_goes_back_as_far_as_a_head_holds_it
    data('carries', line(65_000))
    told = refused('carries', line(66_000))
    assert_equal 'call_faulty', told['code']
    assert_includes told['detail']['reason'], '65536 are possible'
  end

  def test_a_method_is_given_data_and_its_context
    given = { 'id' => 1, 'user' => 'anna', 'resume' => '5', 'left' => nil }
    assert_equal given, data('notes.read', line({ id: 1 }, guards: { user: 'anna' }, resume: '5'))
  end

  def test_what_is_raised_is_told_where_it_is_declared
    failed = { 'code' => 'app_failed', 'detail' => {} }
    [
      ['notes.read', { id: 7 }, { 'code' => 'note_gone', 'detail' => { 'id' => 7 }, 'kind' => 'missing' }],
      ['undeclared', nil, failed],
      ['breaks', nil, failed],
      ['ends_its_thread', nil, failed],
      ['nowhere', nil, { 'code' => 'handler_unknown', 'detail' => { 'name' => 'nowhere' } }]
    ].each { |name, sent, told| assert_equal told, refused(name, line(sent)), name }
    @caller.logged('handler "undeclared" raised note_gone, which it does not declare')
    %w[an_object infinite].each { |name| assert_equal 'call_faulty', refused(name, LINE)['code'], name }
    %w[a_number replied].each { |name| assert_equal 'call_faulty', @caller.result(@caller.call(name, LINE))[2].json['code'] }
  end

  def test_a_request_is_refused_since_the_gateway_routes
    assert_equal 'call_refused', @caller.failure(@caller.ask('GET', '/v1/notes/1'))['code']
  end

  def test_what_flows_in_comes_behind_the_line_cut_anywhere
    octets = "#{JSON.generate(LINE)}\n"
    [1, 7, 65_536].each do |piece|
      call = @caller.call('total', body: { length: nil })
      @caller.send_body(call, "#{octets}1\n2\n39\n", piece: piece)
      assert_equal '42', @caller.result(call)[1]
      call = @caller.call('upper', body: { length: nil })
      @caller.send_body(call, octets + ("a\nb" * 1_000), piece: piece)
      assert_equal ['chunks', "A\nB" * 1_000], @caller.result(call).first(2)
      call = @caller.call('whole', body: { length: octets.bytesize + 3 })
      @caller.send_body(call, "#{octets}a\nb", piece: piece)
      assert_equal ['chunks', "b\na"], @caller.result(call).first(2)
    end
  end

  def test_items_end_with_their_failure
    gives, body, last = @caller.result(@caller.call('three', LINE))
    assert_equal ['items', "1\n2\n", Caller::FAILED], [gives, body, last.type]
    assert_equal({ 'code' => 'note_gone', 'detail' => { 'id' => 3 }, 'kind' => 'missing' }, last.json)
  end

  def test_an_enumerator_that_comes_back_flows_unless_something_was_yielded
    assert_equal ['items', "2\n4\n"], @caller.result(@caller.call('doubled', LINE)).first(2)
    assert_equal ['items', "[\"a\",1]\n"], @caller.result(@caller.call('pairs', LINE)).first(2)
  end

  def test_items_wait_for_credit_and_a_method_is_left_when_nobody_takes_them
    call = @caller.call('count', LINE)
    @caller.next(call)
    @caller.credit(call, 4)
    assert_equal %W[0\n 1\n], Array.new(2) { @caller.next(call).payload }
    assert_equal 0, @caller.waiting(call)
    @caller.cancel(call)
    nil until data('closings', LINE) == 1
  end

  def test_a_fork_that_comes_back_answers_nobody
    assert_equal [0, 1, 3], data('forks', LINE)
    @caller.logged('a fork of the app failed')
  end
end

# What cannot be is refused with what to write.
class DeclaringTest < Minitest::Test
  def told(&body)
    assert_raises(Hagaki::SetupFaulty) { Class.new(Hagaki::Service, &body) }.message
  end

  def test_what_a_class_cannot_declare
    assert_includes told { reads '/a', accepts: 5 }, 'its accepts is no schema'
    assert_includes told { reads '/a', returns: items({}) }, 'items flow, in takes and gives'
    assert_includes told { reads '/a', gives: {} }, 'its gives is nothing that flows'
    assert_includes told { reads '/a', version: ->(_) { 1 } }, 'Name the member that is the version'
    assert_includes told { reads '/a', limits: 5 }, 'it has no metadata called limits'
    assert_includes told { 2.times { reads '/a' } }, 'the verb before it has no method'
    assert_includes told { includes a: String }, 'it is no service'
    assert_includes told { failure 'Gone', 'missing' }, 'the code is faulty'
    assert_includes told { failure 'gone', 'mising' }, 'there is no kind "mising"'
    assert_includes told { guard 'member' }, 'it has no block'
    many = told do
      reads '/a'
      def read(one, two, three); end
    end
    assert_includes many, 'it takes more than data and a context'
  end

  def test_what_does_not_load_is_said
    apps = Dir.mktmpdir
    File.write("#{apps}/none.rb", "x = 1\n")
    service = "class %s < Hagaki::Service\nend\n"
    File.write("#{apps}/two.rb", "require 'hagaki_handlers'\n#{service % 'A'}#{service % 'B'}")
    [
      [['none.rb'], 'none.rb has no service', 'Write class Notes < Hagaki::Service there'],
      [['two.rb'], 'two.rb has more than one service', 'Name one: two.rb:A'],
      [['two.rb', '--service', 'C'], 'NameError: uninitialized constant C', nil],
      [['two.rb', '--service', 'String'], 'String is a Class and no service', nil],
      [['nowhere.rb'], 'there is no file', 'Look at the path']
    ].each do |arguments, reason, fix|
      Caller.open(*arguments, kind: 'handlers', cwd: apps) do |caller|
        detail = caller.next(0).json['detail']
        assert_includes detail['reason'], reason
        assert_includes detail['fix'], fix unless fix.nil?
      end
    end
  ensure
    FileUtils.remove_entry(apps)
  end
end
