/** Bytes of a known size, whole and in parts. RFC 9110 sections 13 and 14. */
import { openAsBlob } from 'node:fs'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import { local } from '../client/client.ts'
import { failure } from '../handler/failure.ts'
import { guard } from '../handler/provide.ts'
import { reply } from '../handler/reply.ts'
import { service } from '../handler/service.ts'
import { bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { bytes, verbs } from './stream.ts'

const Nobody = failure('nobody', 'unauthenticated')
const user = guard('member', ({ headers }) => headers['x-user'] ?? raise(Nobody()), { errors: [Nobody] })
const { reads, acts } = verbs({ user })

const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT'
const digits = new Blob(['0123456789'], { type: 'text/plain' })
const any = bytes('*/*')
const app = service({
  tagged: reads('/tagged', { gives: any }, () =>
    reply(digits, {
      fields: { etag: '"1"', 'last-modified': MODIFIED, 'content-disposition': 'attachment' },
    }),
  ),
  bare: reads('/bare', { gives: bytes('image/png') }, async () => digits),
  made: acts('/made', { gives: any }, () => digits),
  empty: reads('/empty', { gives: any }, () => new Blob([])),
})

const ask = (path: string, headers: RequestParts['headers'] = {}, method = 'GET'): Promise<ResponseValue> =>
  perform(app, request(method, path, { headers: { 'x-user': 'anna', ...headers } }))

/** Status, content-range and body. */
const part = async (...asked: Parameters<typeof ask>): Promise<unknown> => {
  const answer = await ask(...asked)
  return [answer.status, answer.headers['content-range'] ?? null, bodyText(answer)]
}

const whole = [200, null, '0123456789']

test('without a range it is all of it, with its length, and says that there are ranges (14.3)', async () => {
  const answer = await ask('/tagged')
  expect([answer.status, answer.contentType, bodyText(answer)]).toEqual([200, 'text/plain', '0123456789'])
  expect(answer.headers).toEqual({
    etag: '"1"',
    'last-modified': MODIFIED,
    'content-disposition': 'attachment',
    'content-length': '10',
    'accept-ranges': 'bytes',
  })
  expect((await ask('/bare')).contentType, 'what the contract says').toBe('image/png')
  expect(await part('/empty', { range: 'bytes=0-0' })).toEqual([200, null, ''])
})

test('a range is given as the part that it asks for (14.2, 15.3.7)', async () => {
  expect(await part('/tagged', { range: 'bytes=2-4' })).toEqual([206, 'bytes 2-4/10', '234'])
  expect(await part('/bare', { range: 'bytes=7-' })).toEqual([206, 'bytes 7-9/10', '789'])
  expect(await part('/tagged', { range: 'bytes=-3' })).toEqual([206, 'bytes 7-9/10', '789'])
  for (const range of ['bytes=4-2', 'items=1-2', 'bytes='])
    expect(await part('/tagged', { range })).toEqual(whole)
  const { headers, contentType } = await ask('/tagged', { range: 'bytes=2-4' })
  expect(contentType).toBe('text/plain')
  expect(headers).toMatchObject({ etag: '"1"', 'content-length': '3', 'content-disposition': 'attachment' })
})

test('several ranges are parts of one body (14.6)', async () => {
  const answer = await ask('/tagged', { range: 'bytes=0-1,8-9' })
  const [, boundary] = /^multipart\/byteranges; boundary=([0-9a-f]{32})$/.exec(answer.contentType ?? '') ?? []
  expect(answer.status).toBe(206)
  expect(bodyText(answer)?.split(`--${boundary}`)).toEqual([
    '',
    '\r\ncontent-type: text/plain\r\ncontent-range: bytes 0-1/10\r\n\r\n01\r\n',
    '\r\ncontent-type: text/plain\r\ncontent-range: bytes 8-9/10\r\n\r\n89\r\n',
    '--\r\n',
  ])
})

test('a range beyond the end is 416, which says how much there is (15.5.17)', async () => {
  const answer = await ask('/tagged', { range: 'bytes=10-' })
  expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */10'])
})

test('a range is of what the client has, or it is given all of it (13.1.5)', async () => {
  const range = 'bytes=0-0'
  expect(await part('/tagged', { range, 'if-range': '"1"' })).toEqual([206, 'bytes 0-0/10', '0'])
  for (const field of ['"2"', 'W/"1"', MODIFIED])
    expect(await part('/tagged', { range, 'if-range': field }), field).toEqual(whole)
})

test('preconditions go before ranges (13.2.2)', async () => {
  const range = 'bytes=0-0'
  for (const [headers, status] of [
    [{ 'if-none-match': '"1"' }, 304],
    [{ 'if-none-match': '"2"' }, 206],
    [{ 'if-modified-since': MODIFIED }, 304],
    [{ 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' }, 412],
    [{ 'if-match': '"2"' }, 412],
    [{ 'if-match': '"1"' }, 206],
  ] as const)
    expect((await ask('/tagged', { range, ...headers })).status, JSON.stringify(headers)).toBe(status)
})

test('the guard goes before all of it; HEAD and what is not read have no ranges (14.2)', async () => {
  expect((await ask('/tagged', { range: 'bytes=0-0', 'x-user': '' })).status).toBe(206) // somebody without a name
  expect((await perform(app, request('GET', '/tagged', { headers: { range: 'bytes=0-0' } }))).status).toBe(
    401,
  )
  const head = await ask('/tagged', { range: 'bytes=0-0' }, 'HEAD')
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '10', null])
  const made = await ask('/made', { range: 'bytes=0-0' }, 'POST')
  expect([made.status, made.headers['accept-ranges'], bodyText(made)]).toEqual([200, undefined, '0123456789'])
})

test('the typed client, and who calls by name, get its bytes as they come', async () => {
  const read = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
    let text = ''
    for await (const piece of pieces) text += new TextDecoder().decode(piece)
    return text
  }
  expect(await read(local(app, { user: 'anna' }).bare())).toBe('0123456789')
  const headers = request('GET', '/', { headers: { 'x-user': 'anna' } }).headers
  expect(await read(await app.invoke('bare', undefined, { headers }))).toBe('0123456789')
})

test('a file of the disk is read as it is sent, and one that changed meanwhile is cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hagaki-blob-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'large')
  await writeFile(path, new Uint8Array(300_000).fill(7))
  const blob = await openAsBlob(path)
  const files = service({ file: verbs({}).reads('/', { gives: any }, () => blob) })
  const get = (range: string): Promise<ResponseValue> =>
    perform(files, request('GET', '/', { headers: { range } }))
  expect((await get('bytes=1-200000')).body).toHaveLength(200_000)
  await appendFile(path, 'x')
  await expect(get('bytes=0-9')).rejects.toThrow(/could not be read/)
})
