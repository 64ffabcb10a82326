/** What the compiler says of clients. Compiled and never run. */
import { z } from 'zod'
import { cbor } from '../codec/cbor.ts'
import { failure } from '../handler/failure.ts'
import { guard, resource } from '../handler/provide.ts'
import { service } from '../handler/service.ts'
import { verbs } from '../handler/verbs.ts'
import { bytes, text } from '../schema/whole.ts'
import { items, verbs as streamVerbs } from '../stream/stream.ts'
import { client, clientContract, failureOf, http, issuesOf, local, upload } from './client.ts'

/** Fails to compile unless both types are the same. */
declare function same<A, B>(
  ...args: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : ['they differ', A, B]
): void

const Note = z.object({ id: z.number(), text: z.string() })
const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))
const when = z.codec(z.date(), z.iso.datetime(), {
  decode: (date) => date.toISOString(),
  encode: (text) => new Date(text),
})

const providers = {
  user: guard('member', () => ({ name: 'alice' })),
  db: resource(() => ({ find: (id: number) => `note ${id}` })),
}
const { reads, creates, replaces, acts } = verbs(providers)
const streams = streamVerbs(providers)

const notes = service({
  add: creates(
    '/notes',
    { accepts: z.object({ text: z.string(), by: z.string().default('me') }), returns: Note },
    () => ({ id: 1, text: '' }),
  ),
  list: reads(
    '/notes',
    { accepts: z.object({ tag: z.string().optional() }), returns: z.array(Note) },
    () => [],
  ),
  touch: creates('/touch', {}, () => {}),
  at: reads('/at', { returns: z.object({ at: when }) }, () => ({ at: new Date() })),
  perhaps: reads(
    '/perhaps',
    { accepts: z.object({ a: z.string() }).optional(), returns: Note.optional() },
    () => undefined,
  ),
  draw: replaces('/draw/{id}', { accepts: z.object({ id: z.number() }), body: bytes('image/png') }, () => {}),
  store: acts('/store', { accepts: bytes(), returns: bytes() }, (body) => body),
  say: acts('/say', { accepts: text(), returns: text() }, (body) => body),
  sum: acts('/sum', { accepts: z.array(z.number()), returns: z.number() }, () => 1),
  deep: service({
    touch: acts('/deep', { accepts: z.object({ a: z.string() }) }, () => {}),
    deeper: service({ list: reads('/deeper', { returns: z.array(Note) }, () => []) }),
  }),
  feed: streams.reads(
    '/feed/{id}',
    { accepts: z.object({ id: z.number() }), gives: items(Note) },
    async function* () {},
  ),
})

const api = client<typeof notes>(notes.contract, http('/api'))
const gone = failureOf<typeof Gone>('note_gone')
client<typeof notes>(clientContract(notes.contract), http('/api', { upload }), {
  formats: [cbor],
  retries: 0,
})

// A contract may come from a JSON module, of which the compiler knows less.
const written = {
  hagaki: 1,
  handlers: { list: { verb: 'reads', path: '/notes', gives: 'data', errors: {}, guards: [''] } },
}
client<typeof notes>(written, http('/api'))
// @ts-expect-error: that is no contract
client<typeof notes>({ handlers: {} }, http('/api'))

const calls = async (): Promise<void> => {
  // A caller gives the input of `accepts`, and receives the output of `returns`.
  same<Awaited<ReturnType<typeof api.add>>, { id: number; text: string }>()
  same<Awaited<ReturnType<typeof api.touch>>, undefined>()
  same<Awaited<ReturnType<typeof api.at>>['at'], string>()
  same<Awaited<ReturnType<typeof api.perhaps>>, { id: number; text: string } | undefined>()
  await api.add({ text: 'a' })
  await api.add(
    { text: 'a', by: 'b' },
    { timeoutMs: 1_000, signal: AbortSignal.timeout(1), headers: { 'x-a': 'b' } },
  )
  // @ts-expect-error: a text is a string
  await api.add({ text: 1 })
  // @ts-expect-error: text is missing
  await api.add({})
  // @ts-expect-error: data are missing
  await api.add()
  // @ts-expect-error: there is no such member
  await api.add({ text: 'a', tag: 'b' })
  // @ts-expect-error: there is no such handler
  await api.none()

  // Data may be left out where all that they hold is optional, and where there are none.
  await api.list()
  await api.list({})
  await api.list({ tag: 'a' })
  await api.list(undefined, { timeoutMs: 1_000 })
  await api.touch()
  await api.touch(undefined, { timeoutMs: 1_000 })
  await api.perhaps()
  await api.perhaps({ a: 'b' })
  // @ts-expect-error: it accepts nothing
  await api.touch({ a: 1 })
  // @ts-expect-error: a tag is a string
  await api.list({ tag: 1 })

  // A stream is iterated and not awaited.
  for await (const note of api.feed({ id: 1 })) same<typeof note, { id: number; text: string }>()
  // @ts-expect-error: it is no promise of a note
  api.feed({ id: 1 }).then()
  // @ts-expect-error: the id is missing
  api.feed()

  // Services within services.
  await api.deep.touch({ a: 'b' })
  same<Awaited<ReturnType<typeof api.deep.deeper.list>>, { id: number; text: string }[]>()
  // @ts-expect-error: there is no such handler
  await api.deep.list()

  // Where bytes are asked for, a file is as good.
  await api.draw({ id: 1, body: new Uint8Array(1) })
  await api.draw({ id: 1, body: new File([], 'a.png') })
  await api.store(new Blob([]))
  same<Awaited<ReturnType<typeof api.store>>, Uint8Array>()
  same<Awaited<ReturnType<typeof api.say>>, string>()
  await api.sum([1, 2])
  // @ts-expect-error: a text is no bytes
  await api.store('a')
  // @ts-expect-error: the body is missing
  await api.draw({ id: 1 })
  // @ts-expect-error: a text is no file
  await api.say(new Blob([]))

  // How a call is made.
  await api.add({ text: 'a' }, { retries: 0, idempotencyKey: true, deadline: Date.now() })
  await api.add(
    { text: 'a' },
    { idempotencyKey: 'x', deadline: null, onAnswer: ({ headers }) => headers['etag'] },
  )
  await api.add({ text: 'a' }, { onProgress: ({ sent, total }) => sent / total })
  // @ts-expect-error: a key is a text, or made up
  await api.add({ text: 'a' }, { idempotencyKey: 1 })

  // Keys for caches.
  same<ReturnType<typeof api.list.key>, readonly [name: string, data?: { tag?: string | undefined }]>()
  api.list.key()
  api.list.key({ tag: 'a' })
  // @ts-expect-error: a tag is a string
  api.list.key({ tag: 1 })

  try {
    await api.add({ text: 'a' })
  } catch (error) {
    if (Gone.is(error)) same<typeof error.data, { id: number }>()
    if (gone.is(error)) same<typeof error.data, { id: number }>()
    for (const { pointer, message } of issuesOf(error))
      same<[typeof pointer, typeof message], [string, string]>()
  }
}
void calls

// `local` takes values of the types that guards and resources give, any of them or none.
local(notes)
local(notes, { user: { name: 'bob' } })
same<ReturnType<typeof local<typeof notes.handlers>>, typeof api>()
// @ts-expect-error: a user has a name
local(notes, { user: 'bob' })
// @ts-expect-error: what it finds is a string
local(notes, { db: { find: () => 1 } })
// @ts-expect-error: nobody provides it
local(notes, { cache: 1 })
