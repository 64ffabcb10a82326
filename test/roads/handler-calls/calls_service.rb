# frozen_string_literal: true

# The service that cases.json calls, in Ruby: calls-service.ts is the same in TypeScript.
require 'hagaki_handlers'

INTEGER = { type: 'integer' }.freeze
NUMBER = { type: 'number' }.freeze
STRING = { type: 'string' }.freeze
WORDS = { type: 'string', minLength: 1 }.freeze

def members(required, **properties)
  { type: 'object', properties: properties, required: required }
end

ID = members(['id'], id: INTEGER)
NOTE = { **members(%w[id text rev], id: INTEGER, text: STRING, rev: INTEGER), additionalProperties: false }.freeze
ASKED = members(['q'], q: STRING, page: INTEGER, client: STRING, theme: { enum: %w[dark light] })
PERSON = members(%w[name tags], name: STRING, age: INTEGER, tags: { type: 'array', items: STRING })
Gone = Hagaki::Failure.declare('note_gone', 'missing', ID)

class Notes < Hagaki::Service
  def initialize
    super
    @notes = {}
  end

  creates '/notes', accepts: members(['text'], text: WORDS), returns: NOTE, location: '/notes/{id}', version: 'rev'
  def add(note)
    id = @notes.size + 1
    @notes[id] = { id: id, text: note['text'], rev: 1 }
  end

  reads '/notes/{id}', accepts: ID, returns: NOTE, errors: [Gone], version: 'rev', fresh: '1m'
  def read(which)
    @notes[which['id']] || raise(Gone, which)
  end

  updates '/notes/{id}', accepts: members(%w[id text], id: INTEGER, text: WORDS), returns: NOTE, errors: [Gone],
                         version: 'rev'
  def change(note)
    @notes[note['id']] = { **note.transform_keys(&:to_sym), rev: @notes[note['id']][:rev] + 1 }
  end

  deletes '/notes/{id}', accepts: ID
  def remove(which)
    @notes.delete(which['id'])
  end
end

class Pictures < Hagaki::Service
  def initialize
    super
    @pictures = {}
  end

  replaces '/pictures/{id}', accepts: ID, body: raw('image/png'), limit: '1kb'
  def put(picture)
    @pictures[picture['id']] = picture['body']
  end

  reads '/pictures/{id}', accepts: ID, returns: raw('image/png'), errors: [Gone]
  def get(which)
    @pictures[which['id']] || raise(Gone, which)
  end
end

class Calls < Hagaki::Service
  Nobody = failure('not_signed_in', 'unauthenticated')
  Member = guard('member', errors: [Nobody]) do |head|
    { name: head.headers['x-user'] || raise(Nobody), path: head.path }
  end

  NotStaff = failure('not_staff', 'denied')
  Staff = guard('staff', uses: { who: Member }, errors: [NotStaff]) do |_, used|
    used.who['name'] == 'anna' ? used.who['path'] : raise(NotStaff)
  end

  prefix '/v1'
  includes notes: Notes, pictures: Pictures

  def initialize
    super
    @ended = 0
  end

  acts '/search', accepts: ASKED, returns: ASKED,
                  from: { page: query('p'), client: header('x-client'), theme: cookie }
  def search(asked)
    asked
  end

  acts '/form', accepts: PERSON, returns: PERSON, formats: %w[json form cbor]
  def form(person)
    person
  end

  acts '/size', takes: raw, limit: '10mb', returns: INTEGER
  def size(arrived)
    arrived['body'].sum(&:bytesize)
  end

  acts '/upper', takes: raw('text/plain'), gives: raw('text/plain'), limit: '1mb'
  def upper(arrived)
    arrived['body'].each { |piece| yield piece.upcase }
  end

  reads '/count', accepts: members(['to'], to: INTEGER), gives: items(members(['at'], at: INTEGER), id: 'at'),
                  errors: [Gone]
  def count(asked, context)
    (context.resume.to_i + 1).upto(asked['to']) do |at|
      raise Gone, { id: at } if at == 4

      yield({ at: at })
    end
  end

  acts '/sum', takes: items(NUMBER), limit: '1mb', returns: NUMBER
  def total(arrived)
    arrived['body'].sum
  end

  acts '/doubled', takes: items(NUMBER), gives: items(NUMBER), limit: '1mb'
  def doubled(arrived)
    arrived['body'].each { |number| yield 2 * number }
  end

  acts '/octets', accepts: raw('application/zip'), returns: INTEGER
  def octets(body)
    body.bytesize
  end

  acts '/shout', accepts: text, returns: text
  def shout(said)
    said.upcase
  end

  reads '/me', returns: members(%w[name path], name: STRING, path: STRING), guards: { user: Member }
  def me(_, context)
    context.user
  end

  reads '/desk', returns: { type: 'array', items: STRING }, guards: { at: Staff, user: Member }
  def desk(_, context)
    [context.at, context.user['name']]
  end

  acts '/faulty', returns: NUMBER
  def faulty
    'no number'
  end

  acts '/undeclared'
  def undeclared
    raise Gone, { id: 7 }
  end

  acts '/unfit', errors: [Gone]
  def unfit
    raise Gone, { id: 'seven' }
  end

  acts '/breaks'
  def breaks
    raise 'a secret'
  end

  reads '/endless', gives: items(INTEGER)
  def endless
    at = 0
    loop { yield at += 1 }
  ensure
    @ended += 1
  end

  acts '/visit', returns: INTEGER
  def visit(_, context)
    visits = (context.carried['session'] || { 'visits' => 0 })['visits'] + 1
    context.carried['session'] = { visits: visits }
    visits
  end

  acts '/enter', returns: INTEGER
  def enter(_, context)
    visits = (context.carried['session'] || { 'visits' => 0 })['visits'] + 1
    Hagaki.reply(visits, set: { session: { visits: visits } })
  end

  reads '/page', returns: { type: 'array', items: INTEGER }
  def page
    Hagaki.reply([1, 2], fields: { 'x-total': '7', link: ['</page?2>; rel="next"', '</>; rel="up"'] })
  end

  reads '/moved', returns: STRING
  def moved
    Hagaki.reply('there', redirect: { to: "/v1/th\u00e9re?a=b", as: 'permanent' })
  end

  acts '/done'
  def done
    Hagaki.reply(redirect: './there')
  end

  reads '/drawn', returns: raw('image/png', 'image/gif')
  def drawn
    Hagaki.reply('GIF', media_type: 'image/gif', fields: { 'x-drawn' => 'yes' })
  end

  reads '/odd', returns: INTEGER
  def odd
    Hagaki.reply(1, fields: { 'content-length' => '7' })
  end

  reads '/dying', gives: items(INTEGER)
  def dying
    yield 1
    exit!(9)
  end

  reads '/ended', returns: INTEGER
  def endings
    @ended
  end
end
