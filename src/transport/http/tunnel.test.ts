/** Two connections as one, by what the contract promises of a duplex alone. Clause 24. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
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
  const passed = tunnel(near, far, Buffer.from('early '), new AbortController().signal)
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

test('an aborted call ends both, also before it begins', async () => {
  const { far } = await pair()
  const { far: near, other } = await pair()
  const controller = new AbortController()
  const passed = tunnel(near, far, new Uint8Array(), controller.signal)
  controller.abort()
  await passed
  expect([near.destroyed, far.destroyed]).toEqual([true, true])
  const again = await pair()
  other.destroy()
  await tunnel(near, again.far, new Uint8Array(), controller.signal)
  expect(again.far.destroyed).toBe(true)
})

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
