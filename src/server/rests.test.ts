import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { Rests } from './rests.ts'

const PIECE = 64 * 1024

/** A source that has pieces without an end, like a socket: it makes one whenever it is not held back. */
class Source extends Readable {
  made = 0
  #reads = false

  override _read(): void {
    if (this.#reads) return
    this.#reads = true
    setImmediate(() => this.#make())
  }

  #make(): void {
    this.made++
    this.#reads = this.push(Buffer.allocUnsafeSlow(PIECE))
    if (this.#reads) setImmediate(() => this.#make())
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('of many that go on sending, some are read from in each turn, and every one at its time', async () => {
  const rests = new Rests()
  const sources = Array.from({ length: 100 }, () => new Source())
  for (const one of sources) one.on('data', (octets: Uint8Array) => rests.received(one, octets, one))
  let before = 0
  for (let at = 0; at < 200; at++) {
    await turn()
    const made = sources.reduce((sum, one) => sum + one.made, 0)
    if (at > 10) expect(made - before).toBeLessThan(50)
    before = made
  }
  expect(Math.min(...sources.map(({ made }) => made))).toBeGreaterThan(3)
  for (const one of sources) one.destroy()
})

test('nothing is kept of one that waits, and nothing is read of one that is forgotten', async () => {
  const rests = new Rests()
  const source = new Source()
  const got: number[] = []
  source.on('data', (octets: Uint8Array) => {
    got.push(octets.byteLength)
    rests.received(source, octets, source)
    rests.forget(source)
  })
  for (let at = 0; at < 20; at++) await turn()
  expect([source.made, got]).toEqual([1, [PIECE]])
})
