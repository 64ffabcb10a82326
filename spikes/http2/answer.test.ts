import { once } from 'node:events'
import { constants } from 'node:http2'
import { expect, test } from 'vitest'
import type { App, Chunk } from '../../src/contract.ts'
import { stream, text } from '../../src/value/result.ts'
import { ask, Later, observed, serving, session } from './client.ts'
import {
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  HEADERS,
  RawClient,
  RST_STREAM,
  uint32,
} from './frames.ts'

test('HEAD, 204 and 304 have a head and nothing after it (RFC 9110 6.4.1, clause 20)', async () => {
  const client = await session((method, path) => {
    if (path === '/204') return [204, null, {}, null]
    if (path === '/304') return [304, null, { 'content-length': '77', etag: '"a"' }, null]
    return text('hello', 200, { 'x-method': method })
  })

  const found = async (head: object): Promise<unknown[]> => {
    const { status, headers, body, code } = await ask(client, { ':path': '/', ...head })
    return [status, headers['content-length'], body, code]
  }
  expect(await found({ ':method': 'HEAD' })).toEqual([200, '5', '', 0])
  expect(await found({ ':path': '/204' })).toEqual([204, undefined, '', 0])
  expect(await found({ ':path': '/304' })).toEqual([304, '77', '', 0])
  expect(await found({})).toEqual([200, '5', 'hello', 0])
})

test('fields go out as they are, arrays once for each member (clauses 7, 21)', async () => {
  const client = await session(() => [200, null, { 'set-cookie': ['a=1', 'b=2'], 'x-a': 'caf\xe9' }, null])

  const { headers } = await ask(client, { ':path': '/' })

  expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-a': 'caf\xe9' })
})

test('what Node would not send is answered 500, and not by a reset', async () => {
  const client = await session(() => [302, null, { location: ['/a', '/b'] }, null])

  expect(await ask(client, { ':path': '/' })).toMatchObject({ status: 500, code: 0 })
})

test('a stream is sent as it comes, with its trailers after the last chunk (clause 18)', async () => {
  const client = await session((_, __, ___, options) => {
    let count = 0
    options.trailer(() => ({ 'x-count': String(count) }))
    const chunks = function* (): Generator<Chunk> {
      for (const piece of ['ab', 'c', '']) {
        count++
        yield piece
      }
    }
    return [200, 'text/plain', {}, stream(chunks())]
  })

  expect(await ask(client, { ':path': '/' })).toMatchObject({
    body: 'abc',
    trailers: { 'x-count': '3' },
    code: 0,
  })
  expect(await ask(client, { ':path': '/', ':method': 'HEAD' })).toMatchObject({
    body: '',
    trailers: null,
    code: 0,
  })
})

test('hints are 103 before the head, and nothing after it (clause 18)', async () => {
  const client = await session((_, __, ___, options) => {
    options.hint({ link: ['</a.css>; rel=preload', '</b.css>; rel=preload'] })
    const late = function* (): Generator<Chunk> {
      options.hint({ link: '</late.css>' })
      yield 'abc'
    }
    return [200, null, {}, stream(late())]
  })

  expect(await ask(client, { ':path': '/' })).toMatchObject({
    status: 200,
    body: 'abc',
    before: [{ ':status': 103, link: '</a.css>; rel=preload, </b.css>; rel=preload' }],
  })
})

test('an answer that fails after its head is reset with INTERNAL_ERROR (clauses 18, 22, 23)', async () => {
  const failing = async function* (): AsyncGenerator<Chunk> {
    yield 'abc'
    throw new Error('midway')
  }
  const cases: readonly (readonly [App, string])[] = [
    [() => [200, null, {}, stream(failing())], 'midway'],
    [() => [200, null, { 'content-length': '2' }, stream(['abc'])], '3 or more octets'],
    [() => [200, null, { 'content-length': '4' }, stream(['abc'])], '3 octets'],
    [() => [200, null, {}, stream([7 as unknown as string])], 'neither a string'],
  ]
  for (const [answer, message] of cases) {
    const { app, outcome } = observed(answer)
    const client = await session(app)

    const { status, code } = await ask(client, { ':path': '/' })

    expect([status, code], message).toEqual([200, constants.NGHTTP2_INTERNAL_ERROR])
    const { error, ...rest } = await outcome
    expect(rest).toEqual({ status: 200, aborted: true })
    expect((error as Error).message).toContain(message)
  }
})

test('a trailer that fails is a cut answer too (clause 18)', async () => {
  const { app, outcome } = observed((_, __, ___, options) => {
    options.trailer(() => ({ 'content-length': '3' }))
    return [200, null, {}, stream(['abc'])]
  })
  const client = await session(app)

  expect(await ask(client, { ':path': '/' })).toMatchObject({ code: constants.NGHTTP2_INTERNAL_ERROR })
  expect(await outcome).toMatchObject({ status: 200, aborted: true })
})

test('an outcome is whole once the answer is, also of HEAD and of a request with a body (clause 15)', async () => {
  for (const [head, body] of [
    [{ ':method': 'GET' }, undefined],
    [{ ':method': 'HEAD' }, undefined],
    [{ ':method': 'POST' }, 'abc'],
  ] as const) {
    const { app, outcome } = observed(async (_, __, ___, { input }) =>
      text(`${(await input.bytes()).byteLength}`),
    )
    const client = await session(app)

    await ask(client, { ':path': '/', ...head }, body)

    expect(await outcome, head[':method']).toEqual({ status: 200, error: null, aborted: false })
  }
})

test('a reset aborts the signal, and the stream that nobody will iterate is told so (clauses 16, 23)', async () => {
  for (const method of ['GET', 'HEAD']) {
    const called = new Later<void>()
    const left = new Later<void>()
    const { app, outcome } = observed(async (_, __, ___, { signal }) => {
      called.give()
      if (!signal.aborted) await once(signal, 'abort')
      const chunks = {
        [Symbol.iterator]: () => ({
          next: () => ({ done: true, value: '' }),
          return: () => (left.give(), { done: true, value: '' }),
        }),
      }
      return [200, null, {}, stream(chunks as Iterable<Chunk>)]
    })
    const client = await session(app)
    const asked = client.request({ ':path': '/', ':method': method })
    asked.on('error', () => {})
    await called.value
    asked.close(constants.NGHTTP2_CANCEL)

    await left.value
    expect(await outcome, method).toMatchObject({ status: null, aborted: true })
  }
})

// With NO_ERROR, which a client may send, Node alone would wait for the window until the connection ends.
test('a reset while an answer waits for the window ends it, whatever its code (clauses 16, 23)', async () => {
  for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]) {
    const returned = new Later<void>()
    const endless = async function* (): AsyncGenerator<Chunk> {
      try {
        for (;;) yield 'x'.repeat(10_000)
      } finally {
        returned.give()
      }
    }
    const { app, outcome } = observed(() => [200, null, {}, stream(endless())])
    const { port } = await serving(app)
    const raw = await RawClient.connect(port)
    raw.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block(GET)))
    await raw.until(({ type }) => type === HEADERS)
    raw.send(frame(RST_STREAM, 0, 1, uint32(code)))

    await returned.value
    expect(await outcome, `code ${code}`).toMatchObject({ status: 200, aborted: true })
    raw.socket.destroy()
  }
})

test('a deadline aborts the signal, and what is answered then is still sent (clauses 11, 16)', async () => {
  const late: App = async (_, __, ___, { signal }) => {
    if (!signal.aborted) await once(signal, 'abort')
    return text((signal.reason as { code: string }).code)
  }
  const client = await session((method, path, headers, options, server) =>
    late(method, path, headers, options.with({ deadline: server.now() + 10 }), server),
  )

  expect(await ask(client, { ':path': '/' })).toMatchObject({ status: 200, body: 'call_timeout' })
})
