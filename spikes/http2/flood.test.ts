/** SAFETY 13: what a client may make us do for nothing, and where it ends. */
import { constants } from 'node:http2'
import { expect, test } from 'vitest'
import type { App } from '../../src/contract.ts'
import { serving } from './client.ts'
import {
  block,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  GOAWAY,
  HEADERS,
  PING,
  RawClient,
  RST_STREAM,
  uint32,
} from './frames.ts'

const waiting: App = (_, __, ___, { signal }) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve([200, null, {}, null])))

/** Sends round after round, each once the last was taken; gives how many were before the session ended. */
async function flood(app: App, round: (stream: number) => readonly Buffer[]): Promise<number> {
  const { port } = await serving(app)
  const raw = await RawClient.connect(port)
  let rounds = 0
  for (let ended = false; !ended && rounds < 1_000; rounds++) {
    raw.send(...round(2 * rounds + 1), frame(PING, 0, 0, Buffer.alloc(8)))
    // The GOAWAY may be lost: a connection closed with octets unread is reset.
    ended = await raw
      .next((one) => one.type === PING || one.type === GOAWAY)
      .then(
        ({ type }) => type === GOAWAY,
        () => true,
      )
  }
  raw.socket.destroy()
  return rounds
}

test('some 200 resets end a session, when the client sends them (rapid reset)', async () => {
  const rounds = await flood(waiting, (stream) => [
    frame(HEADERS, END_HEADERS | END_STREAM, stream, block(GET)),
    frame(RST_STREAM, 0, stream, uint32(constants.NGHTTP2_CANCEL)),
  ])

  expect(rounds).toBeGreaterThan(200)
  expect(rounds).toBeLessThan(220)
})

// Node counts only what the client sends, and would go on for ever.
test('some 200 resets end a session, when the client makes us send them (MadeYouReset)', async () => {
  const head = block([...GET, ['content-length', '5']])
  const rounds = await flood(waiting, (stream) => [
    frame(HEADERS, END_HEADERS, stream, head),
    frame(DATA, END_STREAM, stream, Buffer.from('x')),
  ])

  expect(rounds).toBeGreaterThan(200)
  expect(rounds).toBeLessThan(220)
})

test('good calls pay for a few resets', async () => {
  const { port } = await serving(() => [200, null, {}, null])
  const raw = await RawClient.connect(port)
  for (let at = 0; at < 400; at++) {
    const [good, bad] = [4 * at + 1, 4 * at + 3]
    raw.send(
      frame(HEADERS, END_HEADERS | END_STREAM, good, block(GET)),
      frame(HEADERS, END_HEADERS, bad, block([...GET, ['content-length', '5']])),
      frame(DATA, END_STREAM, bad, Buffer.from('x')),
    )
    const { type } = await raw.next((one) => one.stream === good || one.type === GOAWAY)
    expect(type, `round ${at}`).toBe(HEADERS)
  }
  raw.socket.destroy()
})

test('a head of more than eight CONTINUATION frames ends the session, and the app is not called', async () => {
  let calls = 0
  const { port } = await serving(() => [200, null, {}, `${calls++}`])
  const more = frame(CONTINUATION, 0, 1, block([['a', 'b']]))
  const last = frame(CONTINUATION, END_HEADERS, 1)
  const head = frame(HEADERS, END_STREAM, 1, block(GET))

  const raw = await RawClient.connect(port)
  raw.send(head, ...Array.from({ length: 7 }, () => more), last)
  expect((await raw.next((one) => one.stream === 1 || one.type === GOAWAY)).type).toBe(HEADERS)
  raw.socket.destroy()

  const flooding = await RawClient.connect(port)
  flooding.send(head, ...Array.from({ length: 8 }, () => more), last)
  expect((await flooding.next((one) => one.stream === 1 || one.type === GOAWAY)).type).toBe(GOAWAY)
  flooding.socket.destroy()
  expect(calls).toBe(1)
})
