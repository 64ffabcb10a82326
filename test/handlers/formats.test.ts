/** Every format over a real connection: the same handler, the same data, whatever the bytes are. */
import { service, verbs } from 'hagaki'
import { cbor, form, json, msgpack, multipart } from 'hagaki/formats'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

const { acts } = verbs({})
const Note = z.object({ text: z.string(), n: z.number(), tags: z.array(z.string()) })
const app = service(
  {
    echo: acts('/echo', { accepts: Note, returns: Note }, (note) => note),
    upload: acts(
      '/upload',
      {
        accepts: z.object({
          alt: z.string(),
          n: z.number().optional(),
          picture: z.file().max(1_000).mime('image/png'),
          more: z.array(z.file()),
        }),
        returns: z.object({
          alt: z.string(),
          name: z.string(),
          bytes: z.number(),
          more: z.array(z.string()),
        }),
        formats: [multipart({ files: '2kb', count: 3 }), json],
        limit: '8kb',
      },
      async ({ alt, picture, more }) => ({
        alt,
        name: picture.name,
        bytes: (await picture.bytes()).length,
        more: more.map(({ name }) => name),
      }),
    ),
  },
  { formats: [json, cbor, msgpack, form] },
)
const NOTE = { text: 'grüße 😀', n: 1.5, tags: ['a', 'b'] }

let running: Running
beforeAll(async () => {
  running = await serve(app, { port: 0 })
})
afterAll(() => running.close())

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(running.url + path, { method: 'POST', body, headers })

test('each of them is read and written', async () => {
  for (const format of [json, cbor, msgpack]) {
    const answer = await post('/echo', format.encode!(NOTE) as BodyInit, {
      'content-type': format.mediaType,
      accept: format.mediaType,
    })
    expect([answer.status, answer.headers.get('content-type')], format.name).toEqual([200, format.mediaType])
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const type = { essence: format.mediaType, parameters: new Map<string, string>() }
    expect(format.decode(bytes, type, { depth: 9, members: 99, values: 99, heap: 1e6 }), format.name).toEqual(
      NOTE,
    )
  }
  const sent = await post(
    '/echo',
    new URLSearchParams([
      ['text', 'hi'],
      ['n', '1.5'],
      ['tags', 'a'],
      ['tags', 'b'],
    ]),
  )
  expect(await sent.json()).toEqual({ text: 'hi', n: 1.5, tags: ['a', 'b'] })
})

test('what is wrong is told alike, as a problem in JSON', async () => {
  for (const [format, body] of [
    [json, '{"text":1'],
    [cbor, new Uint8Array([0xa1, 0x61])],
    [msgpack, new Uint8Array([0x81, 0xc1])],
    [form, 'text=%zz'],
  ] as const) {
    const answer = await post('/echo', body, { 'content-type': format.mediaType, accept: 'application/cbor' })
    expect([answer.status, answer.headers.get('content-type')], format.name).toEqual([
      400,
      'application/problem+json',
    ])
    expect(await answer.json(), format.name).toMatchObject({ code: 'body_malformed' })
  }
})

function uploaded(more: readonly string[], bytes = 500, type = 'image/png'): FormData {
  const data = new FormData()
  data.append('alt', 'a stamp')
  data.append('picture', new File([new Uint8Array(bytes)], 'stamp.png', { type }))
  for (const name of more) data.append('more', new File(['x'], name))
  return data
}

test('files of a form are members, held to their limits', async () => {
  expect(await (await post('/upload', uploaded([]))).json()).toEqual({
    alt: 'a stamp',
    name: 'stamp.png',
    bytes: 500,
    more: [],
  })
  expect(await (await post('/upload', uploaded(['../../a', 'b']))).json()).toMatchObject({
    more: ['../../a', 'b'],
  })
  for (const [form, status, code] of [
    [uploaded([], 1_001), 422, 'input_invalid'],
    [uploaded([], 500, 'image/gif'), 422, 'input_invalid'],
    [uploaded([], 2_100), 413, 'body_too_large'],
    [uploaded(['a', 'b', 'c']), 413, 'body_too_complex'],
  ] as const) {
    const answer = await post('/upload', form)
    const problem = (await answer.json()) as { readonly code: string }
    expect([answer.status, problem.code], JSON.stringify(problem)).toEqual([status, code])
  }
})
