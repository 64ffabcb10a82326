/** Calls that share a signal, such as that of a program's end, leave nothing behind at it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { queryObjects } from 'node:v8'
import { request } from 'hagaki'
import { http } from 'hagaki/http'
import { expect, onTestFinished, test } from 'vitest'
import { WholeInput } from '../../src/call/input.ts'

test('a call that is over is forgotten by the signal that it had, also when it had a time', async () => {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = http(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    await far.life!.close()
    server.close()
  })
  const { signal } = new AbortController()
  const { body: _, ...head } = request('GET', '/')
  const called = async (): Promise<number> =>
    (await far.call({ ...head, timeoutMs: 60_000 }, new WholeInput(null, 0), { signal }))[0]
  expect(await called()).toBe(200)
  const before = queryObjects(AbortSignal, { format: 'count' })
  for (let call = 0; call < 100; call++) await called()
  expect(queryObjects(AbortSignal, { format: 'count' }) - before).toBeLessThan(10)
  expect(signal.aborted).toBe(false)
})
