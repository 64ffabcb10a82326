/** Whom the two ends of a socket believe, over TLS and on an open port. Contract clauses 17 and 27. */
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type App, bodyText, text } from 'hagaki'
import { socket } from 'hagaki/socket'
import { expect, test, vi } from 'vitest'
import { selfSigned } from '../server/certificate.ts'
import { ask, calling, ours, problem, told, working } from './sockets.ts'
import { user } from './user.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

const theirs = selfSigned()

test('over TLS a caller shows its certificate, and is believed; without one it is not let in', async () => {
  const tls = { ...ours, ca: theirs.cert }
  const { at } = await working(told, { listen: 'tcp://127.0.0.1:0', tls })
  const app = await calling(at, { tls: { ca: ours.cert, ...theirs } })
  const context = { user: 'anna' }
  expect(bodyText(await ask(app, 'GET', '/who', { context, client: '192.0.2.7', protocol: 'https' }))).toBe(
    'anna at 192.0.2.7, https',
  )
  const port = Number(at.split(':').at(-1))
  for (const shown of [{}, selfSigned()]) {
    const stranger = connectTls({ port, host: '127.0.0.1', ca: ours.cert, ...shown })
    const ended = new Promise((resolve) => stranger.on('error', resolve).on('close', resolve))
    stranger.resume()
    await ended
  }
  expect(() => socket(at, { tls: { cert: ours.cert } })).toThrow('cert and key go together')
})

test('a caller refuses a worker whose certificate nobody that it trusts has signed (503)', async () => {
  const { at } = await working(told, { listen: 'tcp://127.0.0.1:0', tls: ours })
  const app = await calling(at, { tls: { ca: theirs.cert } })
  expect(await refusal(app)).toMatchObject({ status: 503, code: 'call_refused' })
})

test("an open port takes nobody's word: the client is who called, and no context goes there or back (17, 27)", async () => {
  const { at } = await working(told, { listen: 'tcp://127.0.0.1:0' })
  const asked = { context: { user: 'anna' }, client: '192.0.2.7', protocol: 'https' } as const
  // Trusted by the caller and not by the worker, and the other way round.
  for (const trusted of [true, false]) {
    const app = await calling(at, { trusted })
    expect(bodyText(await ask(app, 'GET', '/who', asked))).toBe('nobody at 127.0.0.1, http')
  }
  const open = await working(told, { listen: 'tcp://127.0.0.1:0', trusted: true })
  for (const [trusted, who] of [
    [false, 'nobody'],
    [true, 'anna'],
  ] as const) {
    const app = await calling(open.at, { trusted })
    expect(bodyText(await ask(app, 'GET', '/who', asked))).toBe(`${who} at 192.0.2.7, https`)
  }
})

test('context that a worker sets comes back over a trusted link alone (17)', async () => {
  const sets: App = (_method, _path, _headers, options) => {
    options.set(user, 'berta')
    return text('set')
  }
  const { at } = await working(sets)
  for (const [trusted, context] of [
    [true, { user: 'berta' }],
    [false, {}],
  ] as const) {
    expect({ ...(await ask(await calling(at, { trusted }), 'GET', '/')).context }).toEqual(context)
  }
})

test('who speaks something else, says no hello or never ends a handshake does no harm to others', async () => {
  const tcp = await working(told, { listen: 'tcp://127.0.0.1:0', trusted: true })
  const port = Number(tcp.at.split(':').at(-1))
  for (const octets of [
    'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    '\0'.repeat(99),
  ]) {
    const stranger = connectTcp({ port, host: '127.0.0.1' })
    stranger.on('error', () => {})
    const ended = new Promise((resolve) => stranger.once('close', resolve))
    stranger.write(octets, 'latin1')
    stranger.resume()
    await ended
  }
  expect(bodyText(await ask(await calling(tcp.at, { trusted: true }), 'GET', '/a'))).toBe('GET /a')
})

async function refusal(app: App): Promise<unknown> {
  return JSON.parse(problem(await ask(app, 'GET', '/'))) as unknown
}
