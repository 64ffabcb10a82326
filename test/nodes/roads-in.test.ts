/**
 * What Node itself brings, on each Node: unix sockets and TLS, with a whole answer, a stream, a body and a
 * stop. The suite of `test/server` speaks TCP alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectNet, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { app, stream, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Running, ServeOptions } from '../../src/server/serve.ts'
import { CERTIFICATE, KEY } from '../cli/certificates.ts'
import { SERVERS, start } from '../server/kinds.ts'

const subject = app(async (_method, path, _headers, { input, protocol, client }) => {
  if (path === '/body') return text(String((await input.bytes()).byteLength))
  if (path === '/stream') return [200, 'text/plain', {}, stream(['a'.repeat(50_000), 'b'.repeat(50_000)])]
  return text(`${protocol} ${client}`)
})

const tls = { cert: CERTIFICATE, key: KEY }
const unixPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 's')
}

interface Road {
  readonly options: () => ServeOptions
  readonly open: (running: Running) => Socket
  /** What the app is told of it. */
  readonly seen: string
}

const pathOf = ({ url }: Running): string => url.slice('unix:'.length)
const secure = { ca: CERTIFICATE, servername: 'localhost' }
const ROADS: Readonly<Record<string, Road>> = {
  'a unix socket': {
    options: () => ({ unix: unixPath() }),
    open: (running) => connectNet({ path: pathOf(running) }),
    seen: 'http null',
  },
  TLS: {
    options: () => ({ tls }),
    open: ({ port }) => connectTls({ port, host: '127.0.0.1', ...secure }),
    seen: 'https 127.0.0.1',
  },
  'TLS on a unix socket': {
    options: () => ({ tls, unix: unixPath() }),
    open: (running) => connectTls({ path: pathOf(running), ...secure }),
    seen: 'https null',
  },
}

for (const kind of SERVERS) {
  describe(kind, () => {
    for (const [name, { options, open, seen }] of Object.entries(ROADS)) {
      test(`${name}: answers, streams and bodies on one connection, and a stop that ends it`, async () => {
        const running = await start(kind, subject, options())
        const socket = open(running)
        onTestFinished(() => void socket.destroy())
        const rest = read(socket)
        const body = 'x'.repeat(100_000)
        socket.write(
          'GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n' +
            `POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        )
        expect(await rest.until('\r\n\r\n100000')).toContain(`\r\n\r\n${seen}HTTP/1.1 200 OK\r\n`)
        expect(rest.text().match(/[ab]/g)?.length).toBeGreaterThan(100_000)
        await running.close()
        await rest.ended
        expect(rest.text()).not.toMatch(/connection: close/i)
      })
    }

    test('TLS: a client that speaks no TLS is turned away, and others are served (RFC 8446 6)', async () => {
      const running = await start(kind, subject, { tls })
      const plain = connectNet({ port: running.port, host: '127.0.0.1' })
      const turnedAway = read(plain)
      plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await turnedAway.ended
      expect(turnedAway.text()).not.toContain('200 OK')
      const socket = connectTls({ port: running.port, host: '127.0.0.1', ...secure })
      onTestFinished(() => void socket.destroy())
      const rest = read(socket)
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
      expect(await rest.until('https 127.0.0.1')).toContain('HTTP/1.1 200 OK\r\n')
    })
  })
}

interface Reading {
  text(): string
  /** Everything so far, once it ends with `mark`. Rejects when the connection ends before. */
  until(mark: string): Promise<string>
  /** Resolves when the connection is gone, however that came. */
  readonly ended: Promise<void>
}

function read(socket: Socket): Reading {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    text: () => text,
    ended,
    until: (mark) =>
      new Promise((resolve, reject) => {
        const look = (octets = ''): void => {
          text += octets
          if (text.endsWith(mark)) resolve(text)
        }
        socket.on('data', look)
        void ended.then(() => reject(new Error(`It ended: ${text.slice(-200)}`)))
        look()
      }),
  }
}
