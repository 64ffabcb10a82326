/** Two connections as one, by what the contract promises of a duplex alone. Clause 24. */
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WAIT_MS } from '../../../test/wait.ts'
import { Abortion } from '../../call/aborts.ts'
import type { Chunk, Duplex } from '../../contract.ts'
import { tunnel } from './tunnel.ts'

test('octets, an end and the octets behind a head pass over a duplex that is none of Node', async () => {
  const { far, other } = await pair()
  const said: string[] = []
  let ended = false
  const near: Duplex = {
    write: (chunk: Chunk) => said.push(String(typeof chunk === 'string' ? chunk : Buffer.from(chunk))) > 0,
    end: () => (ended = true),
    destroy: () => {},
    once: () => {},
    async *[Symbol.asyncIterator]() {
      yield Buffer.from('one ')
      yield Buffer.from('two')
    },
  }
  const passed = tunnel(near, far, Buffer.from('early '), new Abortion())
  let received = ''
  other.on('data', (octets: Buffer) => {
    received += String(octets)
  })
  await once(other, 'end')
  expect(received).toBe('one two')
  other.end('late')
  await passed
  expect(said.join('')).toBe('early late')
  expect(ended).toBe(true)
})

test('a far side that takes no more and breaks off takes the near one with it', async () => {
  const { far, other } = await pair()
  const near = new Near()
  const passed = tunnel(near, far, new Uint8Array(), new Abortion())
  await vi.waitUntil(() => far.writableNeedDrain, WAIT_MS)
  other.resetAndDestroy()
  await passed
  expect(near.isDestroyed).toBe(true)
})

test('a far side that has said all and is gone leaves the near one ended: what still comes goes nowhere', async () => {
  const { far, other } = await pair()
  const near = new Near()
  const passed = tunnel(near, far, new Uint8Array(), new Abortion())
  await vi.waitUntil(() => far.writableNeedDrain, WAIT_MS)
  other.end('bye')
  await near.ended
  far.destroy()
  await passed
  expect([near.said, near.isDestroyed]).toEqual(['bye', false])
})

test('a near side that takes no more and closes takes the far one with it', async () => {
  const { far, other } = await pair()
  const near = new Near({ takes: false, sends: false })
  const passed = tunnel(near, far, new Uint8Array(), new Abortion())
  other.write('one')
  await near.written
  near.destroy()
  await passed
  expect(far.destroyed).toBe(true)
})

test('an aborted call ends both, also before it begins', async () => {
  const { far } = await pair()
  const { far: near, other } = await pair()
  const abortion = new Abortion()
  const passed = tunnel(near, far, new Uint8Array(), abortion)
  abortion.abort('gone')
  await passed
  expect([near.destroyed, far.destroyed]).toEqual([true, true])
  const again = await pair()
  other.destroy()
  await tunnel(near, again.far, new Uint8Array(), abortion)
  expect(again.far.destroyed).toBe(true)
})

/** What the contract says of a duplex, and nothing else. It sends without an end, while it is open. */
class Near implements Duplex {
  said = ''
  isDestroyed = false
  readonly ended: Promise<void>
  readonly written: Promise<void>
  readonly #takes: boolean
  readonly #sends: boolean
  readonly #events = new EventEmitter()

  constructor({ takes = true, sends = true } = {}) {
    this.#takes = takes
    this.#sends = sends
    this.ended = once(this.#events, 'end').then(() => {})
    this.written = once(this.#events, 'written').then(() => {})
  }

  write(chunk: Chunk): boolean {
    this.said += String(typeof chunk === 'string' ? chunk : Buffer.from(chunk))
    this.#events.emit('written')
    return this.#takes
  }

  end(): void {
    this.#events.emit('end')
  }

  destroy(): void {
    this.isDestroyed = true
    this.#events.emit('close')
  }

  once(event: 'drain' | 'close', listener: () => void): void {
    this.#events.once(event, listener)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (!this.#sends) await once(this.#events, 'close')
    while (!this.isDestroyed) {
      yield Buffer.alloc(65_536)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

async function pair(): Promise<{ readonly far: Socket; readonly other: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  })
  const [other] = (await once(server, 'connection')) as [Socket]
  other.on('error', () => {})
  onTestFinished(() => {
    server.close()
    other.destroy()
    far.destroy()
  })
  return { far, other }
}
