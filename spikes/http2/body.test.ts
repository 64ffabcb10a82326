import { constants } from 'node:http2'
import { expect, test } from 'vitest'
import type { App } from '../../src/contract.ts'
import { stream as streamed, text } from '../../src/value/result.ts'
import { ask, collect, Later, observed, serving, session } from './client.ts'
import { block, DATA, END_HEADERS, frame, GET, HEADERS, RawClient, RST_STREAM, uint32 } from './frames.ts'

const POST = { ':method': 'POST', ':path': '/' }
const size: App = async (_, __, ___, { input }) => text(String((await input.bytes()).byteLength))

test('a body is read whole, whatever its frames, and its trailers come after it (clause 13)', async () => {
  const client = await session(async (_, __, ___, { input }) => {
    const early = input.trailers()
    const bytes = await input.bytes()
    return text(`${input.length} ${bytes.byteLength} ${early === null} ${input.trailers()?.['x-sum']}`)
  })
  const stream = client.request(POST, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'abc' }))
  const answered = collect(stream)
  stream.write('x'.repeat(200_000))
  stream.end('y'.repeat(100_000))

  expect((await answered).body).toBe('null 300000 true abc')
})

test('a body may equal the limit; beyond it 413 arrives whole, and the rest is not wanted (RFC 9113 8.1)', async () => {
  const client = await session(size, { limits: { body: 100_000 } })

  expect(await ask(client, POST, 'x'.repeat(100_000))).toMatchObject({ status: 200, body: '100000' })
  for (const head of [POST, { ...POST, 'content-length': '1000000' }]) {
    const { status, body, code } = await ask(client, head, 'x'.repeat(1_000_000))
    expect([status, JSON.parse(body), code]).toMatchObject([
      413,
      { code: 'body_too_large' },
      constants.NGHTTP2_NO_ERROR,
    ])
  }
})

test('the window opens as the app reads, and another stream goes on meanwhile (RFC 9113 5.2.2)', async () => {
  const read = new Later<void>()
  const client = await session(async (_, path, ___, { input }) => {
    if (path === '/other') return text('other')
    await read.value
    return text(String((await input.bytes()).byteLength))
  })
  const stream = client.request(POST)
  const answered = collect(stream)
  stream.end('x'.repeat(500_000))

  await ask(client, { ':path': '/other' })
  await ask(client, { ...POST, ':path': '/other' }, 'x'.repeat(200_000))
  expect(stream.state.localWindowSize, 'what the server lets us send').toBe(65_535)
  expect(stream.writableFinished).toBe(false)

  read.give()
  expect((await answered).body).toBe('500000')
})

test('100 is sent when the app first asks for the body, and not otherwise (clause 13)', async () => {
  const client = await session((method, path, headers, options, server) =>
    path === '/read' ? size(method, path, headers, options, server) : [401, null, {}, null],
  )
  const expecting = { ...POST, expect: '100-continue' }

  expect(await ask(client, { ...expecting, ':path': '/read' }, 'abc')).toMatchObject({
    status: 200,
    body: '3',
    before: [{ ':status': 100 }],
  })
  expect(await ask(client, expecting, 'abc')).toMatchObject({ status: 401, before: [] })
})

test('a body that is not as long as its head says is broken off (RFC 9113 8.1.1)', async () => {
  for (const length of ['2', '4']) {
    const broken = new Later<unknown>()
    const { app, outcome } = observed(async (_, __, ___, { input }) => {
      await input.bytes().catch(broken.give)
      return text('read')
    })
    const client = await session(app)

    const { status, code } = await ask(client, { ...POST, 'content-length': length }, 'abc')

    expect([status, code]).toEqual([null, constants.NGHTTP2_PROTOCOL_ERROR])
    expect(await broken.value).toMatchObject({ code: 'request_aborted' })
    expect(await outcome).toMatchObject({ status: null, aborted: true })
  }
})

test('a reset in the middle of a body rejects its reader and aborts the signal (clauses 13, 16)', async () => {
  for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]) {
    const reading = new Later<void>()
    const broken = new Later<unknown>()
    const aborted = new Later<unknown>()
    const { port } = await serving(async (_, __, ___, { input, signal }) => {
      signal.addEventListener('abort', () => aborted.give(signal.reason))
      try {
        for await (const _ of input.stream()) reading.give()
      } catch (error) {
        broken.give(error)
      }
      return text('read')
    })
    // By hand: what `node:http2` sends on `close(code)` ends the body first, as if it were whole.
    const raw = await RawClient.connect(port)
    raw.send(frame(HEADERS, END_HEADERS, 1, block(GET)), frame(DATA, 0, 1, Buffer.from('abc')))
    await reading.value
    raw.send(frame(RST_STREAM, 0, 1, uint32(code)))

    expect(await broken.value, `code ${code}`).toMatchObject({ code: 'request_aborted' })
    expect(await aborted.value).toMatchObject({ code: 'request_aborted' })
    raw.socket.destroy()
  }
})

test('a body that makes no progress is given up (SAFETY: between body reads)', async () => {
  const client = await session(size, { limits: { bodyTimeoutMs: 20 } })
  const stream = client.request(POST)
  const answered = collect(stream)
  stream.write('abc')

  expect(await answered).toMatchObject({ status: 408, code: constants.NGHTTP2_NO_ERROR })
})

test('an answer that does not wait for its body arrives whole, trailers too (RFC 9113 8.1)', async () => {
  const client = await session(async (_, path, __, options) => {
    options.trailer(() => ({ 'x-sum': 'abc' }))
    if (path === '/some') for await (const _ of options.input.stream()) break
    return [200, null, {}, streamed(['x'.repeat(300_000), 'y'])]
  })

  for (const path of ['/none', '/some']) {
    const { status, body, trailers, code } = await ask(
      client,
      { ...POST, ':path': path },
      'x'.repeat(500_000),
    )
    expect([status, body.length, trailers, code], path).toMatchObject([200, 300_001, { 'x-sum': 'abc' }, 0])
  }
})
