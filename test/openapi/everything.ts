/**
 * A service with everything in it that a contract can say.
 *
 * @module
 */
import { cookie, failure, guard, header, query, type Service, service, verbs } from 'hagaki'
import { form, json } from 'hagaki/formats'
import { bytes, text } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

export const Note = z
  .object({ id: z.number().int(), text: z.string().min(1).max(500), tags: z.array(z.string()) })
  .meta({ id: 'Note' })

interface Branch {
  name: string
  kids: Branch[]
}
const Tree: z.ZodType<Branch, Branch> = z.object({
  name: z.string(),
  get kids() {
    return z.array(Tree)
  },
})

const Gone = failure('note_gone', 'missing', z.object({ id: z.number(), last: Note.optional() }))
const Hidden = failure('note_hidden', 'missing')
const Taken = failure('name_taken', 'invalid', z.object({ name: z.string() }))
const Busy = failure('busy', 'unavailable')
const Nobody = failure('nobody', 'unauthenticated')

const member = guard('member', () => 'ann', {
  errors: [Nobody],
  scheme: { type: 'http', scheme: 'bearer' },
})
const key = guard('api key', () => 1, { scheme: { type: 'apiKey', in: 'header', name: 'x-key' } })
const office = guard('office hours', () => true)

const open = verbs({})
const guarded = verbs({ member, key, office })
const Which = z.object({ id: z.number().int().describe('Which one.') })
const note = { id: 1, text: 'hi', tags: [] }

const notes = service(
  {
    list: open.reads(
      '/',
      {
        accepts: z.object({
          tags: z.array(z.string()),
          page: z.number().int().min(1).default(1).describe('Counted from one.'),
          by: z.string().optional(),
          theme: z.string().optional(),
          lang: z.string().optional(),
        }),
        from: { page: query('p'), theme: cookie(), lang: header('accept-language') },
        returns: z.array(Note),
        fresh: { for: '1m', stale: '1h' },
        summary: 'Notes, the newest first',
        description: 'All of them, by *page*.',
      },
      () => [note],
    ),
    read: open.reads(
      '/{id}',
      { accepts: Which, returns: Note, errors: [Gone, Hidden], version: (one) => one.id },
      () => note,
    ),
    add: guarded.creates(
      '/',
      {
        accepts: z.object({ text: z.string(), tags: z.array(z.string()) }),
        returns: Note,
        errors: [Taken],
        formats: [json, form],
        limit: { wire: '16kb', decoded: '64kb' },
        location: '/{id}',
      },
      () => note,
    ),
    change: guarded.updates(
      '/{number}',
      {
        accepts: z.object({ number: z.number().int(), text: z.string().optional() }),
        returns: Note,
        errors: [Gone, Taken],
      },
      () => note,
    ),
    put: guarded.replaces('/{id}', { accepts: Which, body: Note, returns: Note }, () => note),
    remove: guarded.deletes('/{id}', { accepts: Which, errors: [Busy], deprecated: true }, () => {}),
  },
  { prefix: '/notes' },
)

const files = service({
  upload: open.replaces(
    '/files/{id}',
    { accepts: Which, body: bytes('image/png', 'image/*'), limit: 1_000 },
    () => {},
  ),
  picture: open.reads('/files/{id}', { accepts: Which, returns: bytes('image/png') }, () => new Uint8Array()),
  say: open.acts('/say', { accepts: text(), returns: text('text/plain', 'text/markdown') }, (said) => said),
})

const sets = service(
  {
    tree: open.acts('/tree', { accepts: Tree, returns: Tree }, (tree) => tree),
    any: open.reads('/any', { accepts: z.record(z.string(), z.string()) }, () => {}),
    either: open.acts(
      '/either/{kind}',
      {
        accepts: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('a'), a: z.string() }),
          z.object({ kind: z.literal('b'), b: Note }),
        ]),
        returns: z.union([z.string(), z.null()]),
      },
      () => null,
    ),
    many: open.acts('/ä b', { accepts: z.array(z.number()), returns: z.number() }, (all) => all.length),
  },
  { host: 'sets.example.com' },
)

const ticks = stream
  .verbs({ member })
  .reads(
    '/ticks',
    { accepts: z.object({ from: z.number() }), gives: stream.items(Note), errors: [Busy] },
    async function* () {
      yield note
    },
  )

const bulk = stream.acts(
  '/bulk',
  { takes: stream.items(Note, { limit: '4kb' }), limit: '1gb', gives: stream.bytes('text/csv') },
  async function* () {
    yield new Uint8Array()
  },
)

const album = stream.creates(
  '/albums/{id}',
  { accepts: Which, takes: stream.parts({ parts: 10, part: '1mb' }), limit: '4mb' },
  () => {},
)

export const everything: Service = service({ notes, files, sets, ticks, bulk, album }) as unknown as Service
