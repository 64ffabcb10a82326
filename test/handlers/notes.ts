/**
 * A service with a handler of every kind that a client may call, and what comes of a call.
 *
 * @module
 */
import { failure, guard, header, raise, resource, service, verbs } from 'hagaki'
import { cbor, form, json, multipart } from 'hagaki/formats'
import { bytes, text as textBody } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

const Note = z.object({ id: z.string(), text: z.string() })
export const Gone = failure('note_gone', 'missing', z.object({ id: z.string() }))
export const Nobody = failure('nobody_known', 'unauthenticated')

const { reads, creates, updates, deletes } = verbs({
  user: guard('member', ({ headers }) => headers['x-user'] ?? raise(Nobody()), { errors: [Nobody] }),
  db: resource(() => new Map([['a', 'first']])),
})
export const open = verbs({})

const Anything = z.object({
  text: z.string(),
  list: z.array(z.number().nullable()),
  deep: z.record(z.string(), z.array(z.object({ on: z.boolean() }))),
  maybe: z.string().optional(),
})
const Found = z.object({
  id: z.string(),
  n: z.number(),
  tags: z.array(z.string()).optional(),
  on: z.boolean().optional(),
})

export const seen: unknown[] = []

export const app = service({
  one: reads(
    '/notes/{id}',
    { accepts: z.object({ id: z.string() }), returns: Note, errors: [Gone] },
    ({ id }, { db }) => ({
      id,
      text: db.get(id) ?? raise(Gone({ id })),
    }),
  ),
  add: creates(
    '/notes',
    { accepts: z.strictObject({ text: z.string() }), returns: Note, limit: 64 },
    ({ text }, { user }) => ({ id: user, text }),
  ),
  rename: updates(
    '/notes/{id}',
    { accepts: z.object({ id: z.string(), text: z.string() }), returns: Note },
    (change) => change,
  ),
  remove: deletes(
    '/notes/{id}',
    { accepts: z.object({ id: z.string(), force: z.boolean().optional() }) },
    () => {},
  ),
  echo: open.creates('/echo', { accepts: Anything, returns: Anything }, (data) => data),
  find: open.reads('/find/{id}', { accepts: Found, returns: Found }, (data) => data),
  broken: open.reads('/broken', { returns: z.string() }, () => 1 as never),
  boom: open.reads('/boom', {}, () => raise(new Error('secret'))),
  stuck: open.reads('/stuck', {}, () => new Promise<void>(() => {})),
  move: open.replaces(
    '/places/{id}',
    {
      accepts: z.object({ id: z.string(), by: z.string(), fast: z.boolean().optional() }),
      body: z.array(z.number()),
      from: { by: header('x-by') },
      returns: z.any(),
    },
    (data) => data,
  ),
  picture: open.acts('/picture', { accepts: bytes('image/*'), returns: bytes('image/png') }, (body) => body),
  shout: open.acts('/shout', { accepts: textBody(), returns: textBody() }, (body) => body.toUpperCase()),
  sum: open.acts('/sum', { accepts: z.array(z.number()), returns: z.number(), formats: [cbor] }, (all) =>
    all.reduce((a, b) => a + b, 0),
  ),
  form: open.acts(
    '/form',
    {
      accepts: z.object({ n: z.number(), tags: z.array(z.string()) }),
      returns: z.any(),
      formats: [form, json],
    },
    (data) => data,
  ),
  plain: open.acts(
    '/plain',
    { accepts: z.object({ n: z.number(), tags: z.array(z.string()) }), formats: [form] },
    (data) => void seen.push(data),
  ),
  files: open.acts(
    '/files',
    {
      accepts: z.object({ title: z.string(), files: z.array(z.file()) }),
      returns: z.any(),
      formats: [multipart(), json],
    },
    async ({ title, files }) => [
      title,
      ...(await Promise.all(files.map(async (one) => [one.name, await one.text()]))),
    ],
  ),
  inner: service(
    { whoami: reads('/whoami', { returns: z.string() }, (_, { user }) => user) },
    { prefix: '/inner' },
  ),
  count: stream
    .verbs({})
    .reads(
      '/count',
      { accepts: z.object({ to: z.number() }), gives: stream.items(z.number()), errors: [Gone] },
      async function* ({ to }) {
        for (let n = 1; n <= to; n++) yield n
        if (to > 2) throw Gone({ id: String(to) })
      },
    ),
})

export const user = { 'x-user': 'alice' }

/** What a promise rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was not refused')
    },
    (error: unknown) => error,
  )
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = []
  for await (const item of items) got.push(item)
  return got
}
