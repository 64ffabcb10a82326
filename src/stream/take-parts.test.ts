import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { MultipartParser } from '../codec/multipart-parser.ts'
import { service } from '../handler/service.ts'
import { bodyJson, request } from '../value/message.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { PartReader } from './part-reader.ts'
import { acts, type Part, parts } from './stream.ts'

/** What a test does with each part; its results are the answer. */
let look: (part: Part) => unknown = (part) => part.text(100)

const app = service({
  it: acts(
    '/{to}',
    {
      accepts: z.object({ to: z.string() }),
      takes: parts({ parts: 3, part: 50 }),
      limit: '2kb',
      returns: z.any(),
    },
    async ({ body }) => {
      const seen: unknown[] = []
      for await (const part of body) seen.push([part.name, part.filename, part.mediaType, await look(part)])
      return seen
    },
  ),
})

function form(...all: readonly (readonly [disposition: string, body: string, more?: string])[]): string {
  const written = all.map(
    ([disposition, body, more = '']) =>
      `--b\r\ncontent-disposition: form-data; ${disposition}\r\n${more}\r\n${body}\r\n`,
  )
  return `${written.join('')}--b--\r\n`
}

async function send(text: string, type = 'multipart/form-data; boundary=b'): Promise<unknown> {
  const answer = await perform(
    app,
    request('POST', '/a', { body: utf8Bytes(text), headers: { 'content-type': type } }),
  )
  return answer.status === 200 ? bodyJson(answer) : [answer.status, bodyJson(answer)]
}

const TWO = form(
  ['name=a', '1'],
  ['name=f; filename="ü.txt"', 'hello', 'content-type: text/plain; charset=utf-8\r\n'],
)

test('parts come in order, each with what its sender says of it', async () => {
  expect(await send(TWO)).toEqual([
    ['a', null, null, '1'],
    ['f', 'ü.txt', 'text/plain', 'hello'],
  ])
})

test('asking for the next part passes over the rest of the last', async () => {
  look = () => 'untouched'
  expect(await send(TWO)).toMatchObject([{ 3: 'untouched' }, { 3: 'untouched' }])
  look = async ({ stream }) => {
    for await (const _ of stream) break
    return 'begun'
  }
  expect(await send(TWO)).toMatchObject([{ 3: 'begun' }, { 3: 'begun' }])
  look = (part) => part.text(100)
})

test('a part is taken once, and not behind the next one', async () => {
  let first: Part | null = null
  look = async (part) => {
    if (first === null) {
      first = part
      return 'first'
    }
    return (await first.text(100).catch((error: { code: string }) => error.code)) as unknown
  }
  expect(await send(TWO)).toMatchObject([{ 3: 'first' }, { 3: 'input_taken' }])
  look = async (part) => {
    await part.text(100)
    return part.text(100).catch((error: { code: string }) => error.code)
  }
  expect(await send(TWO)).toMatchObject([{ 3: 'input_taken' }, { 3: 'input_taken' }])
  look = (part) => part.text(100)
})

test('an input that was left empty is no part', async () => {
  expect(await send(form(['name=f; filename=""', ''], ['name=g; filename=""', 'x']))).toEqual([
    ['g', '', null, 'x'],
  ])
})

test('limits are of the parts, of each, of its head, and of the whole', async () => {
  const part = ['name=a', 'x'] as const
  expect(await send(form(part, part, part))).toHaveLength(3)
  expect(await send(form(part, part, part, part))).toMatchObject([
    413,
    { code: 'body_too_complex', data: { what: 'parts', limit: 3 } },
  ])
  expect(await send(form(['name=a', 'x'.repeat(50)]))).toHaveLength(1)
  expect(await send(form(['name=a', 'x'.repeat(51)]))).toMatchObject([
    413,
    { code: 'body_too_large', data: { limit: 50 } },
  ])
  expect(await send(form(['name=a', 'x', `x-a: ${'x'.repeat(3_000)}\r\n`]))).toMatchObject([
    413,
    { data: { limit: 2048 } },
  ])
  look = (one) => one.bytes(2)
  expect(await send(form(['name=a', 'xxx']))).toMatchObject([413, { data: { limit: 2 } }])
  look = () => null // passed over, they count as well
  expect(await send(form(['name=a', 'x'.repeat(51)]))).toMatchObject([413, { data: { limit: 50 } }])
  look = (one) => one.text(100)
})

test('what is no form is refused', async () => {
  for (const [text, type, status] of [
    [TWO, 'multipart/mixed; boundary=b', 415],
    [TWO, 'multipart/form-data', 400],
    [TWO, 'multipart/form-data; boundary=c', 400],
    [TWO.slice(0, -6), undefined, 400],
    ['', undefined, 400],
  ] as const)
    expect(((await send(text, type)) as [number])[0], `${type} ${text.slice(-9)}`).toBe(status)
  const none = await perform(app, request('POST', '/a'))
  expect(none.status).toBe(422)
})

test('however a form is cut, its parts are the same', async () => {
  const text = utf8Bytes(
    form(['name=a', ''], ['name=b; filename=""', ''], ['name=c', '\r\n--x\r\n'], ['name=d', 'dd']),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      async (sizes) => {
        const cut = async function* (): AsyncGenerator<Uint8Array> {
          for (let at = 0, turn = 0; at < text.length; turn++) {
            const size = sizes[turn % sizes.length]!
            yield text.subarray(at, at + size)
            at += size
          }
        }
        const got: string[][] = []
        for await (const part of new PartReader(cut(), new MultipartParser('b'), 1_000))
          got.push([part.name, await part.text(100)])
        expect(got).toEqual([
          ['a', ''],
          ['c', '\r\n--x\r\n'],
          ['d', 'dd'],
        ])
      },
    ),
  )
})

test('two reads at once are refused, not mixed', async () => {
  const slow = async function* (): AsyncGenerator<Uint8Array> {
    await new Promise((resolve) => setImmediate(resolve))
    yield utf8Bytes(TWO)
  }
  const reader = new PartReader(slow(), new MultipartParser('b'), 1_000)
  const first = reader.next()
  await expect(reader.next()).rejects.toThrow(/one after the other/)
  expect((await first).value).toMatchObject({ name: 'a' })
})

test('by name parts are what an iterable gives, or a form', async () => {
  const filled = new FormData()
  filled.append('a', '1')
  filled.append('f', new File(['hello'], 'ü.txt', { type: 'text/plain' }))
  const given = [
    { name: 'a', body: '1' },
    { name: 'f', filename: 'ü.txt', mediaType: 'text/plain', body: [utf8Bytes('hel'), utf8Bytes('lo')] },
  ]
  for (const body of [filled, given])
    expect(await app.invoke('it', { to: 'a', body })).toEqual([
      ['a', null, null, '1'],
      ['f', 'ü.txt', 'text/plain', 'hello'],
    ])
  for (const body of [undefined, 1, 'text', new Uint8Array(1)])
    await expect(app.invoke('it', { to: 'a', body: body as never }), String(body)).rejects.toMatchObject({
      code: 'input_invalid',
    })
})

test('the contract says how many and how large they may be', () => {
  expect(app.contract.handlers['it']!.takes).toEqual({
    as: 'parts',
    mediaTypes: ['multipart/form-data'],
    body: 'member',
    limits: { parts: 3, part: 50, partHeaders: 16_384 },
  })
})
