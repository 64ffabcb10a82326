/** `files`: conditions and ranges. RFC 9110 sections 13 and 14. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type App, bodyJson, perform, type ResponseValue, request, serverFacts, thrown, use } from 'hagaki'
import { files } from 'hagaki/middleware'
import { describe, expect, test } from 'vitest'
import { folder, linted, octets, put } from './folder.ts'

/** A minute after the test began: whatever it wrote is then long settled. */
const LATER = serverFacts({ now: () => Date.now() + 60_000, random: (bytes) => new Uint8Array(bytes) })
const MODIFIED = 'Sun, 09 Sep 2001 01:46:40 GMT'

const SMALL = 'abcdefghij'
const LARGE = Array.from({ length: 20_000 }, (_, at) => String(at).padStart(5, '0')).join('')

for (const [size, content] of [
  ['small', SMALL],
  ['large', LARGE],
] as const) {
  describe(`a ${size} file`, () => {
    const last = content.length - 1
    const ask = (app: App, headers: Record<string, string>, method = 'GET'): Promise<ResponseValue> =>
      perform(app, request(method, '/f.txt', { headers }), { server: LATER })
    const served = (): App => linted(folder({ 'f.txt': content }))

    test('an entity tag is strong once nothing can change unseen, and stays the same', async () => {
      const root = folder({ 'f.txt': content })
      const first = await ask(linted(root), {})
      expect(first.headers['etag']).toMatch(/^"[!#-~]+"$/)
      expect((await ask(linted(root), {})).headers['etag']).toBe(first.headers['etag'])
    })

    test('304 has the fields that a cache goes by, no body and no type (RFC 9110 15.4.5)', async () => {
      const app = served()
      const { headers } = await ask(app, {})
      const { etag } = headers
      for (const method of ['GET', 'HEAD']) {
        for (const condition of [
          { 'if-none-match': String(etag) },
          { 'if-none-match': `W/${String(etag)}` },
          { 'if-none-match': '*' },
          { 'if-modified-since': MODIFIED },
        ]) {
          const answer = await ask(app, { ...condition, range: 'bytes=0-0' }, method)
          expect(answer, JSON.stringify(condition)).toMatchObject({
            status: 304,
            contentType: null,
            body: null,
          })
          expect(answer.headers).toEqual({ etag, 'last-modified': MODIFIED, 'cache-control': 'no-cache' })
        }
      }
    })

    test('412 is a problem, also before a range is looked at (RFC 9110 13.2.2, 15.5.13)', async () => {
      const app = served()
      for (const condition of [
        { 'if-match': '"other"' },
        { 'if-unmodified-since': 'Sat, 08 Sep 2001 00:00:00 GMT' },
      ]) {
        const answer = await ask(app, { ...condition, range: 'bytes=999999999-' } as Record<string, string>)
        expect([answer.status, bodyJson(answer)]).toEqual([
          412,
          expect.objectContaining({ code: 'precondition_failed' }),
        ])
      }
      const { headers } = await ask(app, {})
      expect((await ask(app, { 'if-match': String(headers['etag']) })).status).toBe(200)
      expect((await ask(app, { 'if-match': '*', 'if-unmodified-since': 'nonsense' })).status).toBe(200)
    })

    test('one range is 206 with its place, and the fields of the whole (RFC 9110 15.3.7.1)', async () => {
      const app = served()
      const whole = await ask(app, {})
      for (const [range, from, to] of [
        ['bytes=0-0', 0, 0],
        ['bytes=2-5', 2, 5],
        ['bytes=1-', 1, last],
        ['bytes=-3', last - 2, last],
        ['bytes=0-99999999999999999999', 0, last],
        ['bytes=5-6,99999999-', 5, 6],
      ] as const) {
        const answer = await ask(app, { range })
        const part = content.slice(from, to + 1)
        expect([answer.status, octets(answer) === part, answer.contentType], range).toEqual([
          206,
          true,
          whole.contentType,
        ])
        const { 'content-length': length, 'content-range': place, ...fields } = answer.headers
        const { 'content-length': _, ...others } = whole.headers
        expect([fields, place], range).toEqual([others, `bytes ${from}-${to}/${content.length}`])
        if (length !== undefined) expect(length).toBe(String(part.length))
      }
    })

    test('several ranges are parts, in the order asked for, under the length declared (RFC 9110 14.6, 15.3.7.2)', async () => {
      const answer = await ask(served(), { range: 'bytes=0-0,-1, 3-4' })
      const boundary = '0'.repeat(32)
      expect([answer.status, answer.contentType, answer.headers['content-range']]).toEqual([
        206,
        `multipart/byteranges; boundary=${boundary}`,
        undefined,
      ])
      const part = (from: number, to: number): string =>
        `--${boundary}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: bytes ${from}-${to}/${content.length}\r\n\r\n${content.slice(from, to + 1)}\r\n`
      expect(octets(answer)).toBe(`${part(0, 0)}${part(last, last)}${part(3, 4)}--${boundary}--\r\n`)
    })

    test('a range beyond the end is 416 with the size (RFC 9110 15.5.17)', async () => {
      const app = served()
      for (const range of [
        `bytes=${content.length}-`,
        'bytes=-0',
        `bytes=${content.length}-,-0`,
        'bytes=99999999999999999999-',
      ]) {
        const answer = await ask(app, { range })
        expect([answer.status, answer.headers['content-range'], answer.contentType], range).toEqual([
          416,
          `bytes */${content.length}`,
          'application/problem+json',
        ])
        expect(bodyJson(answer), range).toMatchObject({
          code: 'range_unsatisfiable',
          data: { size: content.length },
        })
      }
    })

    test('a range that is malformed, of another unit, overlapping or one of too many is ignored (RFC 9110 14.2)', async () => {
      const app = served()
      for (const range of [
        'bytes=',
        'bytes=5-2',
        'bytes=a-b',
        'lines=0-1',
        'bytes=0-5,5-6',
        `bytes=${'0-,'.repeat(2_000)}`,
        'bytes=0-0;q=1',
      ]) {
        const answer = await ask(app, { range })
        expect([answer.status, octets(answer) === content], range.slice(0, 30)).toEqual([200, true])
      }
    })

    test('If-Range gives the part of the very same octets, else the whole (RFC 9110 13.1.5)', async () => {
      const app = served()
      const { headers } = await ask(app, {})
      const etag = String(headers['etag'])
      for (const [field, status] of [
        [etag, 206],
        [MODIFIED, 206],
        [`W/${etag}`, 200],
        ['"other"', 200],
        ['Sun, 09 Sep 2001 01:46:41 GMT', 200],
        ['nonsense', 200],
      ] as const) {
        expect((await ask(app, { range: 'bytes=0-0', 'if-range': field })).status, field).toBe(status)
      }
      // The condition decides about the part, also about one that there is not.
      expect((await ask(app, { range: 'bytes=99999999-', 'if-range': '"other"' })).status).toBe(200)
      expect((await ask(app, { 'if-range': '"other"' })).status).toBe(200)
    })
  })
}

test('a large file that may have changed in this tick has a weak tag, and no part of it is joined (RFC 9110 8.8.1)', async () => {
  const app = linted(folder({ 'f.txt': LARGE }))
  const ask = (headers: Record<string, string>): Promise<ResponseValue> =>
    perform(app, request('GET', '/f.txt', { headers }))
  const { headers } = await ask({})
  const etag = String(headers['etag'])
  expect(etag).toMatch(/^W\/"/)
  expect((await ask({ 'if-none-match': etag })).status).toBe(304)
  expect((await ask({ 'if-match': etag })).status).toBe(412)
  expect((await ask({ range: 'bytes=0-0', 'if-range': etag })).status).toBe(200)
  expect((await ask({ range: 'bytes=0-0', 'if-range': MODIFIED })).status).toBe(200)
  expect((await ask({ range: 'bytes=0-0' })).status).toBe(206)
})

test('an empty file has no parts', async () => {
  const app = linted(folder({ 'f.txt': '' }))
  for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-0']) {
    const answer = await perform(app, request('GET', '/f.txt', { headers: { range } }))
    expect([answer.status, octets(answer)], range).toEqual([200, ''])
  }
})

test('a time to come, or one that no date can say, is not told (RFC 9110 8.8.2.1)', async () => {
  const past = serverFacts({ now: () => 0 })
  const root = folder({ 'f.txt': SMALL })
  const answer = await perform(
    linted(root),
    request('GET', '/f.txt', { headers: { 'if-modified-since': MODIFIED } }),
    { server: past },
  )
  expect([answer.status, answer.headers['last-modified']]).toEqual([200, undefined])
})

test('a time that a packer gave to every file is no validator (RFC 9110 8.8.1)', async () => {
  // npm, zip, tar and Nix; a release later, the file is of the same size.
  for (const packed of [499_162_500, 315_532_800, 0, 1]) {
    const root = folder()
    put(root, 'app.js', 'a'.repeat(100_000), packed)
    const app = linted(root, { freshMs: 0 })
    const ask = (headers: Record<string, string>): Promise<ResponseValue> =>
      perform(app, request('GET', '/app.js', { headers }), { server: LATER })
    const etag = String((await ask({})).headers['etag'])
    expect(etag, 'strong: nothing can change unseen').toMatch(/^"/)
    expect((await ask({ 'if-none-match': etag })).status, 'the same file').toBe(304)
    const { ctimeMs } = statSync(join(root, 'app.js'))
    while (statSync(join(root, 'app.js')).ctimeMs === ctimeMs)
      put(root, 'app.js', 'b'.repeat(100_000), packed)
    const date = new Date(packed * 1_000).toUTCString()
    for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': date }]) {
      const answer = await ask(headers)
      expect([answer.status, answer.headers['last-modified']]).toEqual([200, undefined])
    }
    for (const condition of [etag, date]) {
      expect((await ask({ range: 'bytes=1-2', 'if-range': condition })).status, 'no part is joined').toBe(200)
    }
  }
})

test('layers around see why an answer is 412 or 416 (25)', async () => {
  const seen: unknown[] = []
  const app = use(
    files(folder({ 'f.txt': SMALL })),
    (next) => async (method, path, headers, options, server) => {
      const result = await next(method, path, headers, options, server)
      seen.push(options.get(thrown)?.value)
      return result
    },
  )
  await perform(app, request('GET', '/f.txt', { headers: { 'if-match': '"x"' } }))
  await perform(app, request('GET', '/f.txt', { headers: { range: 'bytes=10-' } }))
  expect(seen).toMatchObject([{ code: 'precondition_failed' }, { code: 'range_unsatisfiable' }])
})
