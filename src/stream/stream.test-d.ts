/** What the compiler says of streaming handlers. Compiled and never run. */
import { z } from 'zod'
import { reply } from '../handler/reply.ts'
import { service } from '../handler/service.ts'
import { verbs as wholeVerbs } from '../handler/verbs.ts'
import * as stream from './stream.ts'

/** Fails to compile unless both types are the same. */
declare function same<A, B>(
  ...args: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : ['they differ', A, B]
): void

declare const pieces: AsyncIterable<Uint8Array>

const Note = z.object({ id: z.number(), text: z.string() })
const when = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})
const { reads, creates, acts } = stream.verbs({})

// What flows in is the member `body`, beside those of `accepts`.
const upload = creates(
  '/files/{name}',
  { accepts: z.object({ name: z.string() }), takes: stream.bytes('image/*'), limit: '5gb', returns: Note },
  async ({ name, body }, { resume, raw }) => {
    same<typeof name, string>()
    same<typeof body, AsyncIterable<Uint8Array>>()
    same<typeof resume, string | null>()
    void raw
    return { id: 1, text: '' }
  },
)
const log = acts('/log', { takes: stream.items(z.object({ at: when })), limit: '1gb' }, async ({ body }) => {
  for await (const { at } of body) same<typeof at, Date>()
})
const echo = acts('/echo', { takes: stream.bytes(), gives: stream.bytes(), limit: 1 }, ({ body }) => body)
const feed = reads(
  '/feed',
  { gives: stream.items(Note, { id: (note) => String(note.id) }) },
  async function* () {
    yield { id: 1, text: '' }
  },
)
const search = acts('/search', { accepts: Note, gives: stream.items(Note) }, async function* (note) {
  yield note
})
reads('/file', { gives: stream.bytes('image/png') }, () => reply(pieces, { length: 1 }))
reads('/file', { gives: stream.bytes('image/png') }, async () => reply(pieces))

// @ts-expect-error: what flows in has no bound
acts('/log', { takes: stream.bytes() }, async () => {})
// @ts-expect-error: nothing flows
acts('/log', {}, async () => {})
// @ts-expect-error: bytes and no text
reads('/file', { gives: stream.bytes() }, async function* () {
  yield 'text'
})
// @ts-expect-error: text is missing
reads('/feed', { gives: stream.items(Note) }, async function* () {
  yield { id: 1 }
})
// @ts-expect-error: returns is of data that are there at once
reads('/feed', { gives: stream.items(Note), returns: Note }, async function* () {})
// @ts-expect-error: a body is one
acts('/log', { takes: stream.bytes(), limit: 1, body: Note }, async () => {})
// @ts-expect-error: it says that it returns a note
acts('/log', { takes: stream.bytes(), limit: 1, returns: Note }, async () => 1)
// @ts-expect-error: there is no such member
reads('/feed', { gives: stream.items(Note, { id: (note) => note.name }) }, async function* () {})
// @ts-expect-error: a schema is nothing that flows
reads('/feed', { gives: Note }, async function* () {})

// No streaming handler fits where one that takes and gives data is asked for.
wholeVerbs({}).creates('/both', {}, async (_, { invoke }) => {
  // @ts-expect-error: it takes a stream
  await invoke(upload, { name: 'a', body: pieces })
  // @ts-expect-error: it gives a stream
  await invoke(feed)
})
// @ts-expect-error: verbs of data take no streams
wholeVerbs({}).creates('/both', { takes: stream.bytes() }, () => {})

const all = service({ upload, log, echo, feed, search })
const byName = async (): Promise<void> => {
  same<Awaited<ReturnType<typeof all.invoke<'upload'>>>, { id: number; text: string }>()
  same<Awaited<ReturnType<typeof all.invoke<'log'>>>, undefined>()
  same<Awaited<ReturnType<typeof all.invoke<'echo'>>>, AsyncIterable<Uint8Array>>()
  same<Awaited<ReturnType<typeof all.invoke<'feed'>>>, AsyncIterable<{ id: number; text: string }>>()
  await all.invoke('upload', { name: 'a', body: pieces })
  await all.invoke('upload', { name: 'a', body: new Blob(['a']) })
  await all.invoke('upload', { name: 'a', body: new Uint8Array(1) })
  await all.invoke('log', { body: [{ at: '2026-01-01T00:00:00Z' }] })
  // @ts-expect-error: a body is bytes
  await all.invoke('upload', { name: 'a', body: 'text' })
  // @ts-expect-error: a caller gives the input of the schema
  await all.invoke('log', { body: [{ at: new Date() }] })
  // @ts-expect-error: the name is missing
  await all.invoke('upload', { body: pieces })
}
void byName
