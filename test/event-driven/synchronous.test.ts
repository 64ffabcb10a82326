/** Synchronous and asynchronous apps under one contract, from socket to socket. */
import { expect, test } from 'vitest'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { started } from './program.ts'

const COUNTER = new URL('promise-counter.ts', import.meta.url)
const MANY = 500

test('a synchronous app with middleware is answered without a single promise; an asynchronous one is not', async () => {
  const client = await WireClient.connect(await started(COUNTER))
  const promisesOf = async (octets: string): Promise<number> => {
    await client.ask(head('GET /promises'))
    client.send(octets)
    for (let count = 0; count < MANY; count++) await client.response()
    return Number((await client.ask(head('GET /promises'))).body)
  }
  expect(await promisesOf(head('GET /sync').repeat(MANY))).toBe(0)
  expect(await promisesOf(head('GET /async').repeat(MANY))).toBeGreaterThanOrEqual(MANY)
})
