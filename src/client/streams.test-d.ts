/** What the compiler says of calls whose body or answer flows. Compiled and never run. */
import { z } from 'zod'
import { service } from '../handler/service.ts'
import * as stream from '../stream/stream.ts'
import { client, http } from './client.ts'

/** Fails to compile unless both types are the same. */
declare function same<A, B>(
  ...args: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : ['they differ', A, B]
): void

declare const pieces: AsyncIterable<Uint8Array>

const Note = z.object({ id: z.number(), text: z.string() })
const all = service({
  upload: stream.creates(
    '/files/{name}',
    { accepts: z.object({ name: z.string() }), takes: stream.bytes(), limit: '5gb', returns: Note },
    () => ({ id: 1, text: '' }),
  ),
  add: stream.acts('/add', { takes: stream.items(Note), limit: '1gb' }, () => {}),
  form: stream.acts('/form', { takes: stream.parts(), limit: '1gb' }, () => {}),
  file: stream.reads('/file', { gives: stream.bytes() }, () => pieces),
  feed: stream.reads(
    '/feed',
    { gives: stream.items(Note, { id: ({ id }) => String(id) }) },
    async function* () {},
  ),
  both: stream.acts(
    '/both',
    { takes: stream.items(Note), gives: stream.items(Note), limit: 1 },
    ({ body }) => body,
  ),
})
const api = client<typeof all>(all.contract, http('/api'))

const calls = async (): Promise<void> => {
  same<Awaited<ReturnType<typeof api.upload>>, { id: number; text: string }>()
  same<Awaited<ReturnType<typeof api.add>>, undefined>()
  same<ReturnType<typeof api.file>, AsyncGenerator<Uint8Array, void, undefined>>()
  same<ReturnType<typeof api.feed>, AsyncGenerator<{ id: number; text: string }, void, undefined>>()
  for (const body of [
    pieces,
    [new Uint8Array(1)],
    new Uint8Array(1),
    new Blob(['a']),
    new Blob(['a']).stream(),
  ])
    await api.upload({ name: 'a', body })
  await api.add({ body: [{ id: 1, text: '' }] })
  await api.form({ body: new FormData() })
  await api.form({
    body: [
      { name: 'a', body: 'text' },
      { name: 'f', filename: 'f', body: pieces },
    ],
  })
  api.feed(undefined, { resume: 600_000, after: '7' })
  for await (const note of api.both({ body: [] })) same<typeof note, { id: number; text: string }>()
  // @ts-expect-error: text is no bytes
  await api.upload({ name: 'a', body: 'text' })
  // @ts-expect-error: text is missing
  await api.add({ body: [{ id: 1 }] })
  // @ts-expect-error: a part has a name
  await api.form({ body: [{ body: 'text' }] })
  // @ts-expect-error: the body is missing
  await api.add()
}
void calls
