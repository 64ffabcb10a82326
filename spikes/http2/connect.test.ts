import { once } from 'node:events'
import type { ClientHttp2Session } from 'node:http2'
import { expect, test } from 'vitest'
import { json, takeover, text } from '../../src/value/result.ts'
import { ask, collect, dial, Later, observed, serving, session } from './client.ts'

const CONNECT = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': '/chat?room=1' }

/** A client may use extended CONNECT once the settings have said so (RFC 8441 3). */
async function allowed(client: ClientHttp2Session): Promise<ClientHttp2Session> {
  if (client.remoteSettings.enableConnectProtocol !== true) await once(client, 'remoteSettings')
  return client
}

test('extended CONNECT reaches the app as the GET that HTTP/1.1 would upgrade (RFC 8441 4; clauses 8, 24)', async () => {
  const found = new Later<unknown>()
  const { app, outcome } = observed((method, path, headers, { query, upgrade, input }) => {
    found.give({ method, path, query, upgrade, host: headers['host'], absent: input.absent })
    return [
      101,
      null,
      { upgrade: 'websocket', 'x-a': 'b' },
      takeover(async (duplex) => {
        for await (const piece of duplex) duplex.write(`<${Buffer.from(piece).toString()}>`)
        duplex.end()
      }),
    ]
  })
  const client = await allowed(await session(app))
  const stream = client.request({ ...CONNECT, ':authority': 'a.test' }, { endStream: false })
  const answered = collect(stream)
  stream.end('hi')

  const { status, headers, body, code } = await answered
  expect([status, headers['upgrade'], headers['x-a'], body, code]).toEqual([200, undefined, 'b', '<hi>', 0])
  expect(await found.value).toEqual({
    method: 'GET',
    path: '/chat',
    query: 'room=1',
    upgrade: ['websocket'],
    host: 'a.test',
    absent: true,
  })
  expect(await outcome).toEqual({ status: 200, error: null, aborted: false })
})

test('CONNECT has the authority as its path, and may be taken over (RFC 9113 8.5; clauses 2, 24)', async () => {
  const client = await session((method, path, headers, { upgrade }) => [
    200,
    null,
    {},
    takeover((duplex) => {
      duplex.write(JSON.stringify({ method, path, host: headers['host'], upgrade }))
      duplex.end()
    }),
  ])

  const { status, body } = await ask(client, { ':method': 'CONNECT', ':authority': 'db.test:5432' })

  expect([status, JSON.parse(body)]).toEqual([
    200,
    { method: 'CONNECT', path: 'db.test:5432', host: 'db.test:5432', upgrade: [] },
  ])
})

// A 2xx would tell the client that the line is its own (RFC 9110 9.3.6), and the body would be read as frames.
test('an app that ignores the upgrade is answered for with 501, and may refuse as it likes (RFC 9220 3)', async () => {
  const client = await allowed(
    await session((_, __, headers) => text('page', headers['x-refuse'] === undefined ? 200 : 403)),
  )

  const ignored = await ask(client, { ...CONNECT })
  expect([ignored.status, JSON.parse(ignored.body)]).toMatchObject([501, { code: 'upgrade_unavailable' }])
  expect(await ask(client, { ...CONNECT, 'x-refuse': '1' })).toMatchObject({ status: 403, body: 'page' })
})

test('a takeover of an ordinary request is fault 501 (clause 24)', async () => {
  const client = await session((_, __, ___, { upgrade }) =>
    upgrade === null ? [101, null, {}, takeover(() => {})] : json('never'),
  )

  const { status, body } = await ask(client, { ':path': '/' })

  expect([status, JSON.parse(body)]).toMatchObject([501, { code: 'upgrade_unavailable' }])
})

test('a takeover is told of the drain, and may say goodbye (clause 16)', async () => {
  const taken = new Later<void>()
  const { port, close } = await serving(
    (_, __, ___, { signal }) => [
      101,
      null,
      {},
      takeover(async (duplex) => {
        taken.give()
        if (!signal.aborted) await once(signal, 'abort')
        duplex.write((signal.reason as { code: string }).code)
        duplex.end()
      }),
    ],
    { limits: { drainTimeoutMs: 5_000 } },
  )
  const client = await allowed(dial(port))
  const stream = client.request(CONNECT, { endStream: false })
  const answered = collect(stream)
  await taken.value
  const closed = close()
  await once(stream, 'end')
  stream.end()

  expect(await answered).toMatchObject({ status: 200, body: 'draining' })
  await closed
})
