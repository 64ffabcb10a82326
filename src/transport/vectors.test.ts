/**
 * Whole streams of frames, faulty and sound, that every worker and caller takes alike:
 * `spec/vectors/README.md`; `spec/frames.md`, "Errors".
 */
import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { WholeInput } from '../call/input.ts'
import { silentLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import { request } from '../value/message.ts'
import { Caller } from './caller.ts'
import { byteLink, type LinkOwner } from './link.ts'
import { FrameWorker } from './worker.ts'

interface Vector {
  readonly name: string
  readonly to: 'worker' | 'caller'
  /** How many calls the caller has made once it had the worker's hello. */
  readonly calls?: number
  readonly hex: string
  readonly fill?: { readonly octet: string; readonly times: number }
}

const url = new URL('../../spec/vectors/frames.json', import.meta.url)
const { faulty, sound } = JSON.parse(readFileSync(url, 'utf8')) as {
  readonly faulty: readonly Vector[]
  readonly sound: readonly Vector[]
}

for (const to of ['worker', 'caller'] as const) {
  test(`a faulty stream to a ${to} closes the link, in one piece and octet by octet`, async () => {
    const vectors = faulty.filter((one) => one.to === to)
    expect(vectors.length).toBeGreaterThan(0)
    for (const one of vectors) {
      const reason = await endingOf(one, octetsOf(one).length)
      expect(String(reason), one.name).toMatch(
        /^(Link closed: |Cannot decode \w+ value: |Cannot take field )/,
      )
      // Its large ones have a front that could not be told from a sound one.
      if (one.fill === undefined) expect(await endingOf(one, 1), one.name).toBe(reason)
    }
  })

  test(`a sound stream to a ${to} leaves the link open`, async () => {
    const vectors = sound.filter((one) => one.to === to)
    expect(vectors.length).toBeGreaterThan(0)
    for (const one of vectors) {
      for (const size of [octetsOf(one).length, 1]) expect(await endingOf(one, size), one.name).toBe(null)
    }
  })
}

test('each vector has a name of its own', () => {
  for (const vectors of [faulty, sound]) {
    const names = vectors.map(({ to, name }) => `${to}: ${name}`)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  }
})

/** Why the link ended, or null: it did not. */
async function endingOf(vector: Vector, size: number): Promise<string | null> {
  let ending: string | null = null
  const { calls = 0 } = vector
  const way = new PassThrough()
  const owner = vector.to === 'worker' ? aWorker() : new Caller('worker', () => {})
  const watched: LinkOwner = {
    frame: (frame) => owner.frame(frame),
    ended: (reason) => {
      ending = reason
      owner.ended(reason)
    },
  }
  owner.attach(byteLink(way, new PassThrough().resume(), watched))
  const octets = octetsOf(vector)
  // A caller calls once it has the worker's hello, and the rest answers those calls.
  const hello = calls === 0 ? 0 : 4 + octets.readUInt32BE(0)
  if (owner instanceof Caller && calls > 0) {
    way.write(octets.subarray(0, hello))
    await owner.ready
    for (let made = 0; made < calls; made++) makeCall(owner)
    await turn()
  }
  for (let at = hello; at < octets.length && ending === null; at += size) {
    way.write(octets.subarray(at, at + size))
    await turn()
  }
  return ending
}

function aWorker(): FrameWorker {
  const silent = new Promise<never>(() => {})
  return new FrameWorker(
    () => silent,
    serverFacts(),
    silentLog,
    'worker',
    () => {},
  )
}

function makeCall(caller: Caller): void {
  const { body, ...head } = request('GET', '/')
  const { signal } = new AbortController()
  caller.call(head, new WholeInput(body, 0), { signal }).catch(() => {}) // most of them are lost
}

function octetsOf({ hex, fill }: Vector): Buffer {
  const octets = Buffer.from(hex, 'hex')
  return fill === undefined ? octets : Buffer.concat([octets, Buffer.alloc(fill.times, fill.octet, 'hex')])
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
