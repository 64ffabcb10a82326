# frozen_string_literal: true

# A service for the tests of handlers.
require 'hagaki_handlers'

ID = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }.freeze
Gone = Hagaki::Failure.declare('note_gone', 'missing', ID)

class Inner < Hagaki::Service
  Nobody = failure('not_signed_in', 'unauthenticated')
  Member = guard('member', errors: [Nobody]) do |head|
    { name: head.headers['x-user'] || raise(Nobody), carried: head.carried }
  end

  reads '/notes/{id}', accepts: ID, returns: ID, errors: [Gone], guards: { user: Member }
  def read(which, context)
    raise Gone, which if which['id'] == 7

    { id: which['id'], user: context.user, resume: context.resume, left: context.seconds_left }
  end
end

class Outer < Hagaki::Service
  Odd = guard('odd') { |_| Object.new }

  prefix '/v1'
  includes notes: Inner

  def initialize
    super
    @closed = 0
  end

  reads '/odd', guards: { user: Odd }
  def oddly; end

  reads '/count', gives: items({ type: 'integer' })
  def count
    1_000_000.times { |at| yield at }
  ensure
    @closed += 1
  end

  reads '/closed', returns: { type: 'integer' }
  def closings
    @closed
  end

  reads '/three', gives: items({ type: 'integer' }), errors: [Gone]
  def three
    yield 1
    yield 2
    raise Gone, { id: 3 }
  end

  reads '/doubled', gives: items({ type: 'integer' })
  def doubled
    (1..).lazy.map { |one| one * 2 }.first(2).each
  end

  reads '/pairs', gives: items({ type: 'array' })
  def pairs
    { a: 1 }.each { |name, value| yield [name, value] }.each
  end

  acts '/sum', takes: items({ type: 'integer' }), limit: 100, returns: { type: 'integer' }
  def total(arrived)
    arrived['body'].sum
  end

  acts '/upper', takes: raw, gives: raw, limit: 100
  def upper(arrived)
    arrived['body'].each { |piece| yield piece.upcase }
  end

  acts '/whole', accepts: raw, returns: raw('text/plain')
  def whole(body)
    body.reverse
  end

  acts '/object', returns: {}
  def an_object
    Object.new
  end

  acts '/infinite', returns: {}
  def infinite
    Float::INFINITY
  end

  acts '/number', gives: raw
  def a_number
    yield 1
  end

  acts '/replied', gives: items({})
  def replied
    Hagaki.reply([1].each, fields: { 'a' => 'b' })
  end

  acts '/undeclared'
  def undeclared
    raise Gone, { id: 7 }
  end

  acts '/breaks'
  def breaks
    exit 3
  end

  acts '/ends-its-thread'
  def ends_its_thread
    Thread.exit
  end

  acts '/unsayable', accepts: {}, errors: [Gone]
  def unsayable(which)
    raise Gone, { 'object' => Object.new, 'nan' => Float::NAN, 'octets' => "\xff", 'large' => 'x' * 200_000 }[which]
  end

  acts '/carries', accepts: {}, returns: {}
  def carries(octets, context)
    context.carried['much'] = 'x' * octets
    nil
  end

  acts '/forks', returns: {}
  def forks
    %i[returns raises exits].map do |way|
      child = fork
      if child.nil?
        raise 'lost' if way == :raises

        return way == :exits ? exit(3) : 'answered twice'
      end
      Process.wait2(child)[1].exitstatus
    end
  end
end
