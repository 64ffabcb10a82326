/** Clause 14: a body on its way to a thread. */
import { type App, app, json } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { expect, test } from 'vitest'
import { LIFE } from '../../src/contract.ts'
import type { Echo } from '../roads/echo.ts'
import { start } from '../server/kinds.ts'

const ECHO = new URL('../roads/echo.ts', import.meta.url)

test('a body that goes to a thread is still whole here, whoever else has taken it (14)', async () => {
  const far = isolate(ECHO)
  const near: App = app(async (...call) => {
    const { input } = call[3]
    const [first, copy] = [await input.bytes(), (await input.bytes()).slice()]
    const [status, , , told] = await far(...call)
    const later = await input.bytes()
    const same = later === first && later.byteLength === copy.byteLength
    const there = (JSON.parse(Buffer.from(told as Uint8Array).toString()) as Echo).body?.bytes
    return json({ status, there, same, equal: later.every((byte, at) => byte === copy[at]) })
  })
  const { url } = await start('http1', Object.defineProperty(near, LIFE, { value: far[LIFE] }))
  // One that travels with its head, and one that follows it.
  for (const size of [100, 500_000]) {
    const answer = await fetch(`${url}/echo`, {
      method: 'POST',
      body: new Uint8Array(size).map((_, at) => at),
    })
    expect(await answer.json()).toEqual({ status: 200, there: size, same: true, equal: true })
  }
})
