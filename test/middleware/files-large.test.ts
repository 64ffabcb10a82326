/** `files` over sockets: large files, and what is left of them. Contract clauses 15, 22 and 23. */
import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, openSync, truncateSync, writeSync } from 'node:fs'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { files } from 'hagaki/middleware'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Service } from '../process.ts'
import { Logbook, SERVERS, type ServerKind, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import type { Costs } from './files-server.ts'
import { folder } from './folder.ts'

const MIB = 1024 * 1024
const PROGRAM = fileURLToPath(new URL('files-server.ts', import.meta.url))
const TYPESCRIPT = new URL('../typescript.mjs', import.meta.url).href

/** Starts the program with at most `descriptors` open files; gives its port. */
async function program(kind: ServerKind, root: string, descriptors = 4096): Promise<number> {
  const node = [process.execPath, '--conditions=hagaki-source', '--import', TYPESCRIPT, PROGRAM, kind, root]
  const args = ['-c', `ulimit -n ${descriptors}; exec "$@"`, 'bash', ...node]
  const service = await Service.start('bash', args, { cwd: process.cwd(), env: process.env })
  onTestFinished(() => service.end())
  return Number(/http:\S+:(\d+)/.exec(service.output)![1])
}

async function costs(port: number): Promise<Costs> {
  return (await (await fetch(`http://127.0.0.1:${port}/costs`)).json()) as Costs
}

/** A file of `size` bytes that takes no room but for a mark in each MiB. */
function sparse(root: string, name: string, size: number): string {
  const path = join(root, name)
  const fd = openSync(path, 'w')
  for (let at = 0; at < size; at += MIB) writeSync(fd, `mark ${at}`, at)
  closeSync(fd)
  truncateSync(path, size)
  return path
}

function ask(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet({ port, host: '127.0.0.1', path, agent: false }, resolve).on('error', reject)
  })
}

async function digest(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha1')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

async function* blocks(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += MIB) {
    const block = Buffer.alloc(Math.min(MIB, size - at))
    block.write(`mark ${at}`)
    yield block
  }
}

for (const kind of SERVERS) {
  describe(kind, () => {
    test('100 MiB are sent whole, and take none of it in memory (22)', async () => {
      const root = folder()
      sparse(root, 'big.bin', 100 * MIB)
      const expected = await digest(blocks(100 * MIB))
      const port = await program(kind, root)
      for (const path of ['/big.bin', '/linted/big.bin']) {
        await ask(port, path).then((response) => response.destroy())
        const before = await costs(port)
        const response = await ask(port, path)
        expect([response.statusCode, response.headers['content-length']]).toEqual([200, String(100 * MIB)])
        expect(await digest(response)).toBe(expected)
        // What is read and sent is let go of now and then, not at once.
        expect((await costs(port)).peak - before.now).toBeLessThan(64 * MIB)
      }
    })

    test('clients that take nothing hold a file and a chunk each, until they have gone', async () => {
      const root = folder()
      sparse(root, 'big.bin', 100 * MIB)
      const port = await program(kind, root)
      await ask(port, '/big.bin').then((response) => response.destroy())
      const before = await costs(port)
      const waiting = await Promise.all(Array.from({ length: 40 }, () => ask(port, '/big.bin')))
      const during = await costs(port)
      expect(during.open).toBeGreaterThanOrEqual(40)
      // A 40th of what they asked for.
      expect(during.peak - before.now).toBeLessThan(100 * MIB)
      for (const response of waiting) response.destroy()
      await allClosed(port)
    })

    test('1,000 downloads broken off leave no open file (15)', async () => {
      const root = folder()
      sparse(root, 'big.bin', 100 * MIB)
      const port = await program(kind, root)
      for (let round = 0; round < 20; round++)
        await Promise.all(Array.from({ length: 50 }, (_, at) => breakOff(port, at)))
      await allClosed(port)
      // And it serves as before.
      expect(
        (await fetch(`http://127.0.0.1:${port}/big.bin`, { headers: { range: 'bytes=0-3' } })).status,
      ).toBe(206)
    })

    test('what sends no octets of a file leaves none open (15)', async () => {
      const root = folder()
      sparse(root, 'big.bin', MIB)
      const port = await program(kind, root)
      const client = await WireClient.connect(port)
      const { lines } = await client.ask(head('HEAD /big.bin'))
      const etag = lines.find(([name]) => name.toLowerCase() === 'etag')![1]
      expect((await client.ask(head('GET /big.bin', `If-None-Match: ${etag}`))).status).toBe(304)
      expect((await client.ask(head('GET /big.bin', 'Range: bytes=9999999-'))).status).toBe(416)
      expect((await client.ask(head('GET /big.bin', 'If-Match: "x"'))).status).toBe(412)
      expect((await client.ask(head('GET /big.bin', 'Range: bytes=0-1,-2'))).status).toBe(206)
      await allClosed(port)
    })

    test('without descriptors left a file is 503, and there again when there are (RFC 9110 15.6.4)', async () => {
      const root = folder({ 'a.txt': 'abc', 'b.txt': 'abc' })
      sparse(root, 'big.bin', MIB)
      const port = await program(kind, root, 100)
      const client = await WireClient.connect(port)
      expect((await client.ask(head('GET /a.txt'))).body).toBe('abc')
      expect(Number((await client.ask(head('GET /exhaust'))).body)).toBeGreaterThan(10)
      for (const path of ['/b.txt', '/big.bin']) {
        const answer = await client.ask(head(`GET ${path}`))
        expect([answer.status, answer.field('retry-after')]).toEqual([503, '1'])
        expect(answer.body).toContain('files_busy')
      }
      await client.ask(head('GET /exhaust'))
      expect((await client.ask(head('GET /b.txt'))).body).toBe('abc')
      expect((await client.ask(head('GET /big.bin'))).body.length).toBe(MIB)
    })

    test('a file that is cut short while it is sent is an answer visibly cut (23)', async () => {
      const root = folder()
      const path = sparse(root, 'big.bin', 100 * MIB)
      const log = new Logbook()
      const { port } = await start(kind, files(root), { log })
      const response = await ask(port, '/big.bin')
      truncateSync(path, 50 * MIB)
      let received = 0
      const reading = (async () => {
        for await (const chunk of response) received += (chunk as Uint8Array).byteLength
      })()
      await expect(reading).rejects.toThrow('aborted')
      expect(received).toBeLessThanOrEqual(50 * MIB)
      expect(log.errors.map(({ err }) => (err as { code?: string }).code)).toContain('file_truncated')
    })

    test('of a file that grows while it is sent, what was declared is sent (22)', async () => {
      const root = folder()
      const path = sparse(root, 'big.bin', 20 * MIB)
      const { port } = await start(kind, files(root))
      const response = await ask(port, '/big.bin')
      appendFileSync(path, Buffer.alloc(MIB, 'x'))
      expect(await digest(response)).toBe(await digest(blocks(20 * MIB)))
      const after = await ask(port, '/big.bin')
      expect(after.headers['content-length']).toBe(String(21 * MIB))
      after.destroy()
    })
  })
}

/** Asks until no file of the folder is open: the end of a connection takes the server a moment to see. */
async function allClosed(port: number): Promise<void> {
  while ((await costs(port)).open > 0) continue
}

/** Begins a download, and leaves: at once, after the head, or after some of the body. */
function breakOff(port: number, at: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    const enough = (at % 3) * 100_000
    socket.write('GET /big.bin HTTP/1.1\r\nhost: a\r\n\r\n', () => {
      if (enough === 0) socket.destroy()
    })
    socket.on('data', () => {
      if (socket.bytesRead >= enough) socket.destroy()
    })
  })
}
