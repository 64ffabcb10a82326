/**
 * A service that is looked at in a browser: every kind of field, body and answer.
 *
 * @module
 */
import { failure, guard, header, query, raise, type Service, service, verbs } from 'hagaki'
import { form, json } from 'hagaki/formats'
import { docsPage } from 'hagaki/openapi'
import { bytes, text } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

const Postcard = z
  .object({
    id: z.number().int().min(1),
    text: z.string().min(1).max(280).describe('What it says, in plain text.'),
    by: z.string().max(60),
    stamp: z.enum(['crane', 'wave', 'mountain']).default('crane'),
    at: z.iso.datetime(),
    to: z.object({ name: z.string(), street: z.string(), country: z.string().length(2) }).optional(),
    tags: z.array(z.string()).max(5),
  })
  .meta({ id: 'Postcard' })
const Which = z.object({ id: z.number().int().min(1).describe('As it was given when it was written.') })
const Missing = failure('card_missing', 'missing', z.object({ id: z.number() }))
const Nobody = failure('not_signed_in', 'unauthenticated')

interface Reply {
  text: string
  replies: Reply[]
}
const Thread: z.ZodType<Reply, Reply> = z.object({
  text: z.string(),
  get replies() {
    return z.array(Thread)
  },
})

const card = {
  id: 7,
  text: 'Greetings from Kamakura',
  by: 'ann',
  stamp: 'wave' as const,
  at: '2026-11-03T10:20:00Z',
  tags: ['sea'],
}

/** One black pixel. */
const PIXEL = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (one) => one.charCodeAt(0),
)

const open = verbs({})
const mine = verbs({
  user: guard('member', ({ headers }) => headers['authorization'] ?? raise(Nobody()), {
    errors: [Nobody],
    scheme: { type: 'http', scheme: 'bearer' },
  }),
})

const cards = service(
  {
    list: open.reads(
      '/',
      {
        accepts: z.object({
          tags: z.array(z.string()).optional().describe('Only cards with all of these.'),
          stamp: z.enum(['crane', 'wave', 'mountain']).optional(),
          page: z.number().int().min(1).max(1_000).default(1).describe('Counted from one.'),
          unread: z.boolean().optional(),
          lang: z.string().optional(),
        }),
        from: { page: query('p'), lang: header('accept-language') },
        returns: z.object({ cards: z.array(Postcard), asked: z.unknown() }),
        fresh: '1m',
        summary: 'Postcards, the newest first',
        description:
          'A page has thirty of them. What is asked for is told as it was understood, so that a mistake in a filter shows itself.',
      },
      (asked) => ({ cards: [card], asked }),
    ),
    read: open.reads(
      '/{id}',
      {
        accepts: Which,
        returns: Postcard,
        errors: [Missing],
        version: ({ id }) => id,
        summary: 'One postcard',
      },
      ({ id }) => (id === 7 ? card : raise(Missing({ id }))),
    ),
    write: mine.creates(
      '/',
      {
        accepts: Postcard.omit({ id: true, at: true }),
        returns: Postcard,
        limit: '16kb',
        location: '/{id}',
        summary: 'Writes a postcard',
      },
      (draft) => ({ ...card, ...draft }),
    ),
    label: open.acts(
      '/labels',
      {
        accepts: z.object({ name: z.string(), lines: z.array(z.string()), bold: z.boolean().default(false) }),
        returns: z.string(),
        formats: [form, json],
        summary: 'A label, from a form',
      },
      ({ name, lines, bold }) => [bold ? name.toUpperCase() : name, ...lines].join('; '),
    ),
    remove: mine.deletes(
      '/{id}',
      { accepts: Which, errors: [Missing], deprecated: true, summary: 'Throws one away' },
      () => {},
    ),
  },
  { prefix: '/cards' },
)

const stamps = service({
  show: open.reads(
    '/stamps/{id}',
    { accepts: Which, returns: bytes('image/png'), summary: 'A picture' },
    () => PIXEL,
  ),
  draw: open.replaces(
    '/stamps/{id}',
    { accepts: Which, body: bytes('image/*'), limit: '1mb', summary: 'Draws a stamp' },
    () => {},
  ),
  say: open.acts('/say', { accepts: text(), returns: text(), summary: 'Says it back' }, (said) => said),
  thread: open.acts(
    '/thread',
    { accepts: Thread, returns: Thread, summary: 'What contains itself' },
    (one) => one,
  ),
})

const watch = stream.reads(
  '/watch',
  {
    accepts: z.object({ count: z.number().int().default(3), everyMs: z.number().int().default(20) }),
    gives: stream.items(Postcard),
    summary: 'Postcards as they are written',
  },
  async function* ({ count, everyMs }, { signal }) {
    for (let id = 1; id <= count && !signal.aborted; id++) {
      yield { ...card, id }
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  },
)

const upload = stream.acts(
  '/albums',
  {
    takes: stream.parts({ parts: 10, part: '1mb' }),
    limit: '4mb',
    returns: z.array(z.string()),
    summary: 'Pictures for an album',
  },
  async ({ body }) => {
    const names: string[] = []
    for await (const part of body) names.push(part.name)
    return names
  },
)

export const shop: Service = service({
  watch,
  upload,
  cards,
  stamps,
  '/docs': docsPage({
    title: 'Postcards',
    version: '1.2.0',
    description: 'Write, read and watch postcards. Everything here is gone when the server stops.',
  }),
}) as unknown as Service
