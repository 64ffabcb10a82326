/** The service that cases.json calls, in TypeScript: calls_service.py and calls_service.rb are the same. */
import { cookie, failure, guard, header, key, query, raise, reply, service, setting, verbs } from 'hagaki'
import { cbor, form as formFormat, json } from 'hagaki/formats'
import { bytes, text } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

const ID = z.object({ id: z.int() })
const WORDS = z.string().min(1)
const NOTE = z.strictObject({ id: z.int(), text: z.string(), rev: z.int() })
const ASKED = z.object({
  q: z.string(),
  page: z.int().optional(),
  client: z.string().optional(),
  theme: z.enum(['dark', 'light']).optional(),
})
const PERSON = z.object({ name: z.string(), age: z.int().optional(), tags: z.array(z.string()) })

const Gone = failure('note_gone', 'missing', ID)
const Nobody = failure('not_signed_in', 'unauthenticated')
const NotStaff = failure('not_staff', 'denied')
const notes = new Map<number, z.infer<typeof NOTE>>()
const pictures = new Map<number, Uint8Array>()
const { creates, reads, updates, deletes, replaces, acts } = verbs({})
const flowing = stream.verbs({})
const member = guard(
  'member',
  ({ headers, path }) => ({ name: headers['x-user'] ?? raise(Nobody()), path }),
  {
    errors: [Nobody],
  },
)
const staff = guard('staff', (_, { who }) => (who.name === 'anna' ? who.path : raise(NotStaff())), {
  uses: { who: member },
  errors: [NotStaff],
})
const owned = verbs({ user: member })
const kept = verbs({ at: staff, user: member })
const version = ({ rev }: z.infer<typeof NOTE>): number => rev

const add = creates(
  '/notes',
  { accepts: z.object({ text: WORDS }), returns: NOTE, location: '/notes/{id}', version },
  (note) => {
    const made = { id: notes.size + 1, text: note.text, rev: 1 }
    notes.set(made.id, made)
    return made
  },
)
const read = reads(
  '/notes/{id}',
  { accepts: ID, returns: NOTE, errors: [Gone], version, fresh: '1m' },
  ({ id }) => notes.get(id) ?? raise(Gone({ id })),
)
const change = updates(
  '/notes/{id}',
  { accepts: z.object({ id: z.int(), text: WORDS }), returns: NOTE, errors: [Gone], version },
  (note) => {
    const after = { ...note, rev: notes.get(note.id)!.rev + 1 }
    notes.set(note.id, after)
    return after
  },
)
const remove = deletes('/notes/{id}', { accepts: ID }, ({ id }) => void notes.delete(id))
const search = acts(
  '/search',
  { accepts: ASKED, returns: ASKED, from: { page: query('p'), client: header('x-client'), theme: cookie() } },
  (asked) => asked,
)
const form = acts(
  '/form',
  { accepts: PERSON, returns: PERSON, formats: [json, formFormat, cbor] },
  (person) => person,
)
const size = flowing.acts(
  '/size',
  { takes: stream.bytes(), limit: '10mb', returns: z.int() },
  async ({ body }) => {
    let total = 0
    for await (const piece of body) total += piece.byteLength
    return total
  },
)
const upper = flowing.acts(
  '/upper',
  { takes: stream.bytes('text/plain'), gives: stream.bytes('text/plain'), limit: '1mb' },
  async function* ({ body }) {
    const [decoder, encoder] = [new TextDecoder(), new TextEncoder()]
    for await (const piece of body) yield encoder.encode(decoder.decode(piece).toUpperCase())
  },
)
const count = flowing.reads(
  '/count',
  {
    accepts: z.object({ to: z.int() }),
    gives: stream.items(z.object({ at: z.int() }), { id: ({ at }) => String(at) }),
    errors: [Gone],
  },
  async function* ({ to }, { resume }) {
    for (let at = Number(resume ?? 0) + 1; at <= to; at++) {
      if (at === 4) throw Gone({ id: at })
      yield { at }
    }
  },
)
const total = flowing.acts(
  '/sum',
  { takes: stream.items(z.number()), limit: '1mb', returns: z.number() },
  async ({ body }) => {
    let sum = 0
    for await (const number of body) sum += number
    return sum
  },
)
const doubled = flowing.acts(
  '/doubled',
  { takes: stream.items(z.number()), gives: stream.items(z.number()), limit: '1mb' },
  async function* ({ body }) {
    for await (const number of body) yield 2 * number
  },
)
const put = replaces(
  '/pictures/{id}',
  { accepts: ID, body: bytes('image/png'), limit: '1kb' },
  ({ id, body }) => void pictures.set(id, body),
)
const get = reads(
  '/pictures/{id}',
  { accepts: ID, returns: bytes('image/png'), errors: [Gone] },
  ({ id }) => pictures.get(id) ?? raise(Gone({ id })),
)
const octets = acts(
  '/octets',
  { accepts: bytes('application/zip'), returns: z.int() },
  (body) => body.byteLength,
)
const shout = acts('/shout', { accepts: text(), returns: text() }, (said) => said.toUpperCase())
const me = owned.reads(
  '/me',
  { returns: z.object({ name: z.string(), path: z.string() }) },
  (_, { user }) => user,
)
const desk = kept.reads('/desk', { returns: z.array(z.string()) }, (_, { at, user }) => [at, user.name])
const faulty = acts('/faulty', { returns: z.number() }, () => 'no number' as unknown as number)
const undeclared = acts('/undeclared', {}, () => raise(Gone({ id: 7 })))
const unfit = acts('/unfit', { errors: [Gone] }, () => raise(Gone({ id: 'seven' as unknown as number })))
const breaks = acts('/breaks', {}, () => {
  throw new Error('a secret')
})

let ended = 0
const endless = flowing.reads('/endless', { gives: stream.items(z.int()) }, async function* () {
  try {
    for (let at = 1; ; at++) yield at
  } finally {
    ended++
  }
})
const endings = reads('/ended', { returns: z.int() }, () => ended)

/** Of whoever keeps the session: this side knows the name of the key. */
const visits = key('session', { carry: z.object({ visits: z.int() }).nullable() })
const visit = acts('/visit', { returns: z.int() }, (_, { get, set }) => {
  const count = (get(visits)?.visits ?? 0) + 1
  set(visits, { visits: count })
  return count
})
const enter = acts('/enter', { returns: z.int() }, (_, { get }) => {
  const count = (get(visits)?.visits ?? 0) + 1
  return reply(count, { set: [setting(visits, { visits: count })] })
})
const LINKS = ['</page?2>; rel="next"', '</>; rel="up"']
const page = reads('/page', { returns: z.array(z.int()) }, () =>
  reply([1, 2], { fields: { 'x-total': '7', link: LINKS } }),
)
const moved = reads('/moved', { returns: z.string() }, () =>
  reply('there', { redirect: { to: '/v1/thére?a=b', as: 'permanent' } }),
)
const done = acts('/done', {}, () => reply(undefined, { redirect: { to: './there' } }))
const drawn = reads('/drawn', { returns: bytes('image/png', 'image/gif') }, () =>
  reply(new TextEncoder().encode('GIF'), { mediaType: 'image/gif', fields: { 'x-drawn': 'yes' } }),
)
const odd = reads('/odd', { returns: z.int() }, () => reply(1, { fields: { 'content-length': '7' } }))

export default service(
  {
    notes: service({ add, read, change, remove }),
    pictures: service({ put, get }),
    search,
    form,
    size,
    upper,
    count,
    total,
    doubled,
    octets,
    shout,
    me,
    desk,
    faulty,
    undeclared,
    unfit,
    breaks,
    endless,
    endings,
    visit,
    enter,
    page,
    moved,
    done,
    drawn,
    odd,
  },
  { prefix: '/v1' },
)
