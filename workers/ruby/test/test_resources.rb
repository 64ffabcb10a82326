# frozen_string_literal: true

require 'minitest/autorun'
require_relative '../hagaki_handlers'
require_relative 'caller'

# Resources: opened at boot in their order, closed after the drain in reverse, and what breaks on the way.
module Resources
  TOKEN = { 'x-token' => 't1' }.freeze
  HEAD = { method: 'GET', path: '/me', query: nil, headers: TOKEN, client: nil, protocol: 'http' }.freeze
  LINE = { data: nil, guards: { user: 'anna' }, resume: nil }.freeze
  OPEN = ['open settings', 'open db hi', 'open counts'].freeze
  CLOSED = ['close counts', 'close db'].freeze

  def started(breaks = '', kind: 'handlers', hello: true, &block)
    Caller.open('resources.rb', kind: kind, hello: hello, env: { 'BREAKS' => breaks }, &block)
  end

  # What the resources said of themselves.
  def said(caller)
    caller.log.lines(chomp: true).grep(/\A(?:open|close) /)
  end
end

class ResourcesLifeTest < Minitest::Test
  include Resources

  def test_they_are_open_before_hello_and_closed_in_reverse_when_the_link_ends
    started do |caller|
      assert_equal Caller::HELLO, caller.next(0).type
      assert_equal OPEN, said(caller)
      assert_equal ['anna', [1], 'hi'], JSON.parse(caller.result(caller.call('inner.counted', LINE))[1])
      asked = { guard: 'member', head: HEAD }
      assert_equal '"anna"', caller.result(caller.call('hagaki:guard', asked))[1]
      assert_equal ['items', %("h"\n"i"\n)], caller.result(caller.call('inner.letters', LINE)).first(2)
      caller.hang_up
      assert_equal 0, caller.exit_status
      assert_equal CLOSED, said(caller).drop(3)
    end
  end

  def test_they_are_closed_on_sigterm_behind_one_that_does_not_end
    started do |caller|
      caller.next(0)
      caller.call('inner.hangs', LINE)
      caller.logged('hanging')
      caller.signal('TERM')
      assert_equal 0, caller.exit_status
      assert_equal CLOSED, said(caller).drop(3)
    end
  end

  def test_what_only_says_what_it_offers_opens_none
    started('open db', kind: 'offer') do |caller|
      assert_equal 'ruby-offer', caller.next(0).json['name']
      assert_includes JSON.parse(caller.result(caller.call('hagaki:offer'))[1])['handlers'], 'echo'
      assert_equal 'call_refused', caller.failure(caller.call('echo', LINE))['code']
      caller.hang_up
      assert_equal [0, []], [caller.exit_status, said(caller)]
    end
  end
end

class ResourcesBreakTest < Minitest::Test
  include Resources

  def refused(breaks)
    started(breaks, hello: false) do |caller|
      failed = caller.next(0)
      assert_equal [Caller::FAILED, 'setup_faulty'], [failed.type, failed.json['code']]
      assert_equal 1, caller.exit_status
      return [failed.json['detail'], said(caller)]
    end
  end

  def test_one_that_does_not_open_is_named_and_those_before_it_are_closed
    detail, lines = refused('open db')
    assert_equal "ruby('resources.rb')", detail['what']
    assert_equal 'Resource "db": IOError: open db: no such host', detail['reason']
    assert_includes detail['fix'], 'mend what it opens'
    assert_equal OPEN.first(1), lines
    detail, lines = refused('open counts')
    assert_includes detail['reason'], 'Resource "counts"'
    assert_equal [*OPEN.first(2), 'close db'], lines
  end

  def test_one_that_hangs_exits_or_ends_its_thread_is_named_as_well
    { 'db hangs' => 'it is not open after 0.2 s', 'db exits' => 'SystemExit: exit', 'db ends' => 'it ended its thread' }
      .each { |breaks, reason| assert_equal "Resource \"db\": #{reason}", refused(breaks)[0]['reason'] }
  end

  def test_one_that_does_not_close_is_told_to_the_log_and_stops_no_other
    { 'close db' => /"db" did not close.*close db: no such host/m, 'db stays' => /"db" is not closed after 0\.[0-9] s/ }
      .each do |breaks, told|
        started(breaks) do |caller|
          caller.next(0)
          caller.hang_up
          assert_equal 0, caller.exit_status
          assert_match told, caller.log
          assert_includes said(caller), 'close counts'
        end
      end
  end
end

# In a test of the user's: no link, no process.
class LocalTest < Minitest::Test
  def setup
    @told = told = []
    @service = Class.new(Hagaki::Service) do
      nobody = failure('not_signed_in', 'unauthenticated')
      db = resource(close: ->(_) { told << :closed }) do
        told << :opened
        { 't1' => 'anna' }
      end
      users = resource(uses: { db: db }) { |used| used.db.to_a }
      member = guard('member', uses: { db: db }, errors: [nobody]) do |head, used|
        used.db[head.headers['x-token']] || raise(nobody)
      end

      creates '/notes', accepts: {}, returns: {}, guards: { user: member }, uses: { users: users }
      def add(note, context)
        [note, context.user, context.users]
      end

      reads '/lines', gives: items({})
      def lines
        2.times { |at| yield at }
      end
    end
  end

  def test_handlers_are_called_through_their_guards_with_names_as_strings
    given = Hagaki.local(@service, headers: { 'X-Token' => 't1' }) { |notes| notes.add({ text: [{ a: 1 }] }) }
    assert_equal [{ 'text' => [{ 'a' => 1 }] }, 'anna', [%w[t1 anna]]], given
    assert_equal %i[opened closed], @told
    failure = assert_raises(Hagaki::Failure) { Hagaki.local(@service) { |notes| notes.add({}) } }
    assert_equal 'not_signed_in', failure.code
  end

  def test_values_stand_in_for_guards_and_resources_which_are_not_opened_then
    added = Hagaki.local(@service, { user: 'eve', users: [] }) { |notes| notes.add({}) }
    assert_equal [{}, 'eve', []], added
    assert_empty @told
    db = { 't2' => 'berta' }
    added = Hagaki.local(@service, { db: db }, headers: { 'x-token' => 't2' }) { |notes| notes.add({}) }
    assert_equal [{}, 'berta', [%w[t2 berta]]], added
    assert_empty @told
    told = assert_raises(Hagaki::SetupFaulty) { Hagaki.local(@service, { bd: 1 }) }.message
    assert_includes told, 'no guard or resource is called "bd". It has db, user, users'
  end

  def test_what_a_guard_uses_decides_once_and_before_it_and_a_value_stands_in_for_it
    told = @told
    service = Class.new(Hagaki::Service) do
      names = resource { { '1' => 'anna' }.tap { told << :names } }
      who = guard('who', uses: { names: names }) { |head, used| used.names[head.headers['x']].tap { told << :who } }
      loud = guard('loud', uses: { name: who, names: names }) { |_, used| [used.name.upcase, used.names.size] }
      reads '/it', returns: {}, guards: { loud: loud, name: who }
      def it(_, context)
        [context.loud, context.name]
      end
    end
    offered = Hagaki::Plans.new(service).offer[:guards]
    assert_equal({ 'who' => { errors: {} }, 'loud' => { errors: {}, uses: { name: 'who' } } }, offered)
    assert_equal([['ANNA', 1], 'anna'], Hagaki.local(service, headers: { x: '1' }, &:it))
    assert_equal %i[names who], @told
    assert_equal([['BOB', 1], 'bob'], Hagaki.local(service, { name: 'bob' }, &:it))
    assert_equal %i[names who names], @told
    odd = assert_raises(Hagaki::SetupFaulty) { Class.new(Hagaki::Service) { guard('a', uses: { over?: guard('b') { 1 } }) { 1 } } }
    assert_includes odd.message, 'it cannot use anything as :over?'
  end

  def test_a_handler_may_be_called_as_a_method_of_ours_is
    told = @told
    service = Class.new(Hagaki::Service) do
      db = resource(close: ->(_) { told << :closed }) { told << :opened }
      acts '/close', returns: {}, uses: { db: db }
      def close
        'handled'
      end
    end
    assert_equal 'handled', Hagaki.local(service, &:close)
    assert_equal %i[opened closed], @told
  end

  def test_what_flows_is_yielded_or_an_enumerator
    Hagaki.local(@service, { db: {} }) do |notes|
      given = []
      notes.lines { |one| given << one }
      assert_equal [given, given], [[0, 1], notes.lines.to_a]
    end
    service = Class.new(Hagaki::Service) do
      reads '/squares', gives: items({})
      def squares
        (1..3).lazy.map { |one| one * one }
      end
    end
    assert_equal [1, 4, 9], Hagaki.local(service) { |local| local.squares.to_a }
  end

  def test_services_within_are_reached_by_name
    inner = @service
    outer = Class.new(Hagaki::Service) { includes notes: inner }
    local = Hagaki.local(outer, { db: {} })
    assert_equal [0, 1], local.notes.lines.to_a
    assert_raises(NoMethodError) { local.letters }
    local.close
  end

  def test_all_have_less_time_together_than_a_worker_has_to_begin
    slow = Hagaki::Resource.new { sleep }
    told = assert_raises(Hagaki::SetupFaulty) { Hagaki::Opened.new({ slow => :slow }, within: 0.1) }
    assert_includes told.message, 'Resource "slow": it is not open after 0.1 s'
  end

  def test_what_opens_when_nobody_waits_any_more_is_closed
    go = Queue.new
    closed = Queue.new
    late = Hagaki::Resource.new(close: ->(value) { closed << value }) { go.pop }
    assert_raises(Hagaki::SetupFaulty) { Hagaki::Opened.new({ late => :late }, within: 0.1) }
    go << 7
    assert_equal 7, closed.pop
  end

  def test_what_is_no_resource_is_refused_where_it_is_declared
    {
      'it has no block' => -> { resource },
      'its timeout is 60' => -> { resource(timeout: 60) { 1 } },
      'its close is 5' => -> { resource(close: 5) { 1 } },
      'its uses are not resources by name' => -> { reads('/a', uses: { db: 5 }) },
      'it cannot use anything as :resume' => -> { reads('/a', uses: { resume: resource { 1 } }) },
      'a guard and a resource of it are called db' => lambda {
        reads('/a', uses: { db: resource { 1 } }, guards: { db: guard('db') { 1 } })
      }
    }.each do |why, declared|
      told = assert_raises(Hagaki::SetupFaulty) { Class.new(Hagaki::Service).class_exec(&declared) }
      assert_includes told.message, why
    end
  end
end
