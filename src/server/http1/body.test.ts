/** How slow a body may come: its limits at one less, exactly, and one more. */
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../call/limits.ts'
import { latin1 } from '../../wire/http1/octets.ts'
import { RequestReader } from '../../wire/http1/request-reader.ts'
import { Rests } from '../rests.ts'
import { Http1Body } from './body.ts'
import { Intake } from './intake.ts'

const LIMITS = { ...DEFAULT_LIMITS, bodyTimeoutMs: 1_000, bodyRate: 100 }
const { bodyTimeoutMs, bodyRate } = LIMITS

/** A body of 10,000 octets of which none has come, and a way to send some. */
function awaited(): { body: Http1Body; send(count: number): void } {
  const reader = new RequestReader({ limits: LIMITS, authority: 'a', latin1 })
  reader.push(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n'))
  reader.head()
  const intake = new Intake(new Socket(), reader, new Rests())
  const body = new Http1Body(10_000, intake, { proceed: () => {}, broken: () => {} }, LIMITS)
  const send = (count: number): void => {
    reader.push(new Uint8Array(count))
    body.arrived()
  }
  return { body, send }
}

test('a body that pauses is late at bodyTimeoutMs (RFC 9110 15.5.9)', () => {
  for (const [ms, code] of [
    [bodyTimeoutMs - 1, undefined],
    [bodyTimeoutMs, 'body_timeout'],
    [bodyTimeoutMs + 1, 'body_timeout'],
  ] as const) {
    const { body } = awaited()
    void body.read()
    expect({ ms, code: body.tick(ms)?.code }).toEqual({ ms, code })
  }
})

test('octets that come begin a new pause', async () => {
  const { body, send } = awaited()
  const read = body.read()
  expect(body.tick(bodyTimeoutMs - 1)).toBe(null)
  send(5_000)
  expect(await read).toHaveLength(5_000)
  void body.read()
  expect(body.tick(bodyTimeoutMs - 1)).toBe(null)
  expect(body.tick(1)?.code).toBe('body_timeout')
})

test('once it was waited for as long as bodyTimeoutMs, it has to keep to bodyRate', async () => {
  const due = bodyRate * (bodyTimeoutMs / 1_000)
  for (const [octets, code] of [
    [due - 1, 'body_too_slow'],
    [due, undefined],
    [due + 1, undefined],
  ] as const) {
    const { body, send } = awaited()
    const read = body.read()
    expect(body.tick(bodyTimeoutMs - 1)).toBe(null) // nobody is judged before
    send(octets)
    await read
    void body.read()
    expect({ octets, code: body.tick(1)?.code }).toEqual({ octets, code })
  }
})

test('time in which nobody waits for it does not count', async () => {
  const { body, send } = awaited()
  expect(body.tick(bodyTimeoutMs)).toBe(null)
  const read = body.read()
  send(1)
  await read
  expect(body.tick(bodyTimeoutMs)).toBe(null)
})
