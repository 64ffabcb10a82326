/** What the compiler says of handlers. Compiled and never run. */
import { z } from 'zod'
import { raise } from '../call/failure.ts'
import { items, reads as streams } from '../stream/stream.ts'
import { failure } from './failure.ts'
import type { Handler } from './handler.ts'
import { guard, resource } from './provide.ts'
import { reply } from './reply.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

/** Fails to compile unless both types are the same. */
declare function same<A, B>(
  ...args: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : ['they differ', A, B]
): void

interface User {
  readonly name: string
}
interface Thenable<T> extends PromiseLike<T> {
  readonly sql: string
}
declare const db: { add(text: string, by: string): { id: number; text: string } }
declare const asked: Thenable<User>

const Note = z.object({ id: z.number(), text: z.string() })
const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))
const Closed = failure('closed', 'conflict')

const { reads, creates, updates, deletes, acts } = verbs({
  user: guard('member', async (): Promise<User> => ({ name: 'alice' })),
  admin: guard('admin', ({ headers, client }) => {
    same<typeof client, string | null>()
    return headers['x-admin'] === '1'
  }),
  found: guard('found', () => asked),
  db: resource(() => db, (open) => same<typeof open, typeof db>()), // biome-ignore format: one line
})

// Guards and resources give typed members, awaited.
const add = creates(
  '/notes',
  { accepts: z.object({ text: z.string() }), returns: Note },
  ({ text }, context) => {
    same<typeof text, string>()
    same<typeof context.user, User>()
    same<typeof context.admin, boolean>()
    same<typeof context.found, User>()
    same<typeof context.signal, AbortSignal>()
    // @ts-expect-error: nobody provides it
    void context.cache
    return context.db.add(text, context.user.name)
  },
)

// A function is given the output of `accepts`, and gives the input of `returns`.
const when = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})
const text = z.codec(z.date(), z.iso.datetime(), {
  decode: (date) => date.toISOString(),
  encode: (text) => new Date(text),
})
reads(
  '/at',
  { accepts: z.object({ at: when, n: z.number().default(1) }), returns: z.object({ at: text }) },
  ({ at, n }) => {
    same<typeof at, Date>()
    same<typeof n, number>()
    return { at }
  },
)

// What is returned has to fit, later as well as now, and to be nothing where nothing is given.
reads('/n', { returns: z.string() }, async () => 'a')
reads('/n', { returns: z.string() }, (): Thenable<string> => asked as never)
// @ts-expect-error: a number is no string
reads('/n', { returns: z.string() }, () => 1)
// @ts-expect-error: a number is no string
reads('/n', { returns: z.string() }, async () => 1)
// @ts-expect-error: text is missing
reads('/n', { returns: Note }, () => ({ id: 1 }))
// @ts-expect-error: it says that it returns nothing
reads('/n', {}, () => 1)
deletes('/n', {}, async () => {})

// Words stay words, pairs stay pairs, and alternatives are told apart, whatever the function is called with.
const Shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('round'), radius: z.number() }),
  z.object({ kind: z.literal('flat'), sides: z.tuple([z.number(), z.string()]) }),
])
reads('/n', { returns: Shape }, () => ({ kind: 'round', radius: 1 }))
reads('/n', { returns: Shape }, async () => ({ kind: 'flat', sides: [1, 'cm'] }))
reads('/n', { returns: z.array(Shape) }, (_, { signal }) => [{ kind: 'flat', sides: [1, String(signal)] }])
reads('/n', { returns: z.enum(['a', 'b']) }, async () => (Math.random() > 0.5 ? 'a' : reply('b')))
reads('/n', { returns: z.object({ by: z.literal('me') }) }, () => reply({ by: 'me' }, { fields: {} }))
// @ts-expect-error: there is no such kind
reads('/n', { returns: Shape }, () => ({ kind: 'square', radius: 1 }))
// @ts-expect-error: a radius is a number
reads('/n', { returns: Shape }, async () => ({ kind: 'round', radius: '1' }))
acts('/n', { accepts: Shape }, (shape) => {
  if (shape.kind === 'flat') same<typeof shape.sides, [number, string]>()
})

// Handlers are made by functions over schemas as well.
const crud = <S extends z.ZodObject>(name: string, schema: S) => ({
  list: reads(`/${name}`, { returns: z.array(schema) }, () => []),
  add: creates(`/${name}`, { accepts: schema, returns: schema }, (given) => given as never),
})
void service({ ...crud('notes', Note) }).invoke('add', { id: 1, text: 'a' })

// A name in the path is a member of what a schema describes; of one that says nothing to the compiler, the boot finds out.
updates(
  '/notes/{id}',
  { accepts: z.preprocess((given) => given, z.object({ id: z.number() })) },
  ({ id }) => {
    same<typeof id, number>()
  },
)

// Each name in the path is a member of the input.
updates(
  '/notes/{id}/pages/{page}',
  { accepts: z.object({ id: z.number(), page: z.number(), text: z.string() }) },
  () => {},
)
// @ts-expect-error: page is no member of accepts
updates('/notes/{id}/pages/{page}', { accepts: z.object({ id: z.number(), text: z.string() }) }, () => {})
// @ts-expect-error: a path with names asks for accepts
updates('/notes/{id}', { returns: Note }, () => ({ id: 1, text: '' }))
// @ts-expect-error: a path with names asks for accepts
updates('/notes/{id}', {}, () => {})
updates('/notes', {}, (data) => same<typeof data, undefined>())

// Failures hold what their schema says.
Gone({ id: 1 })
Closed()
// @ts-expect-error: data are missing
Gone()
// @ts-expect-error: an id is a number
Gone({ id: 'x' })
// @ts-expect-error: it holds no data
Closed({ id: 1 })
// @ts-expect-error: there is no such kind
failure('note_gone', 'lost')
reads('/n', { errors: [Gone, Closed] }, () => raise(Gone({ id: 1 })))
declare const error: unknown
if (Gone.is(error)) same<typeof error.data, { id: number }>()
if (Closed.is(error)) same<typeof error.data, undefined>()

const list = reads(
  '/notes',
  { accepts: z.object({ tag: z.string().optional() }), returns: z.array(Note) },
  () => [],
)
const touch = creates('/touch', {}, () => {})
const feed = streams('/feed', { gives: items(Note) }, async function* () {})

// A handler calls others with data, and no streams.
creates('/both', {}, async (_, { invoke }) => {
  const note = await invoke(add, { text: 'a' })
  same<typeof note, { id: number; text: string }>()
  await invoke(list)
  await invoke(list, { tag: 'a' })
  const nothing = await invoke(touch)
  same<typeof nothing, undefined>()
  // @ts-expect-error: data are missing
  await invoke(add)
  // @ts-expect-error: a text is a string
  await invoke(add, { text: 1 })
  // @ts-expect-error: it accepts nothing
  await invoke(touch, { a: 1 })
  // @ts-expect-error: a streaming handler does not fit where one that gives data is asked for
  await invoke(feed)
})

// A streaming function gives items, and nothing else.
streams('/feed', { gives: items(Note) }, async () => (async function* () {})())
// @ts-expect-error: text is missing
streams('/feed', { gives: items(Note) }, async function* () {
  yield { id: 1 }
})
// @ts-expect-error: a list is no stream
streams('/feed', { gives: items(Note) }, () => [])
// @ts-expect-error: a path with names asks for accepts
streams('/feed/{id}', { gives: items(Note) }, async function* () {})
// @ts-expect-error: what it gives is missing
streams('/feed', {}, async function* () {})

// A service is called by name, with data and a caller.
const notes = service({ add, list, touch, feed })
const byName = async (): Promise<void> => {
  same<Awaited<ReturnType<typeof notes.invoke<'add'>>>, { id: number; text: string }>()
  same<Awaited<ReturnType<typeof notes.invoke<'feed'>>>, AsyncIterable<{ id: number; text: string }>>()
  await notes.invoke('add', { text: 'a' }, { headers: {} })
  await notes.invoke('touch')
  // @ts-expect-error: there is no such handler
  await notes.invoke('none')
  // @ts-expect-error: data are missing
  await notes.invoke('add')
}
void byName

// Values in the place of guards and resources are of their types.
notes.with({ user: { name: 'bob' }, db })
// @ts-expect-error: a user has a name
notes.with({ user: {} })
// @ts-expect-error: nobody provides it
notes.with({ cache: 1 })

// Names are of the context, or free.
declare const some: Handler
void some.definition.path
// @ts-expect-error: neither a guard nor a resource
verbs({ db })

// Lists that nobody may change are data as well, at any depth.
declare const frozen: readonly { readonly id: number; readonly tags: readonly string[] }[]
const Tagged = z.object({
  id: z.number(),
  tags: z.array(z.string()),
  size: z.tuple([z.number(), z.number()]).optional(),
})
reads('/frozen', { returns: z.array(Tagged) }, () => frozen)
reads('/frozen', { returns: z.array(Tagged) }, async () => reply(frozen))
reads('/frozen', { returns: z.tuple([z.number(), z.string()]) }, () => [1, 'a'] as const)
streams('/frozen', { gives: items(Tagged) }, async function* () {
  yield* frozen
})
// @ts-expect-error: of what is in them as much is asked as before
reads('/frozen', { returns: z.array(Note) }, () => frozen)
// @ts-expect-error: and a tuple has its length
reads('/frozen', { returns: z.tuple([z.number(), z.string()]) }, () => [1] as const)
reads('/anything', { returns: z.any() }, () => frozen)
reads('/unknown', { returns: z.unknown() }, () => frozen)
reads('/literal', { returns: z.object({ kind: z.enum(['a', 'b']) }) }, () => ({ kind: 'a' }))
