/** One side's view of a link: `spec/frames.md`, "The life of a link", "States" and "Errors". */
import { expect, test } from 'vitest'
import { BURST, PER_SECOND } from './allowance.ts'
import { Conversation } from './conversation.ts'
import {
  CALL,
  CANCEL,
  CREDIT,
  DATA,
  FAILED,
  type FrameType,
  GO_AWAY,
  HELLO,
  PING,
  PONG,
  REQUEST,
  RESPONSE,
  RESULT,
  TIMEOUT,
} from './frame.ts'

const flooded = expect.objectContaining({ code: 'link_flooded', status: 429 })
const faulty = expect.objectContaining({ code: 'frame_faulty' })

/** A worker's side that has heard hello, and its clock in milliseconds. */
function opened(): { readonly talk: Conversation; readonly clock: { ms: number } } {
  const clock = { ms: 0 }
  const talk = new Conversation('worker', () => clock.ms)
  talk.heard(HELLO, 0, 20)
  return { talk, clock }
}

function begun(): Conversation {
  const { talk } = opened()
  talk.heard(REQUEST, 1, 20)
  talk.begin(1, REQUEST, false)
  return talk
}

test('a side hears what the other one sends, and each frame where it belongs', () => {
  for (const type of [RESPONSE, RESULT, FAILED] as const)
    expect(() => begun().heard(type, 1, 4)).toThrow(faulty)
  for (const type of [HELLO, PING, PONG, GO_AWAY] as const)
    expect(() => begun().heard(type, 1, 4)).toThrow(faulty)
  for (const type of [CREDIT, DATA, CANCEL, TIMEOUT] as const) {
    expect(() => begun().heard(type, 0, 4), String(type)).toThrow('never was')
    expect(() => begun().heard(type, 2, 4), String(type)).toThrow('never was')
    expect(begun().heard(type, 1, 4)).toEqual({ of: 'call', type })
  }
})

test('an event out of the table is named with the state that it came in', () => {
  expect(() => begun().moved(1, 'caller data')).toThrow('Link closed: caller data in a call that is waiting')
  expect(() => new Conversation('worker').heard(PING, 0, 4)).toThrow(
    'Link closed: ping on a link that is opening',
  )
})

test('numbers rise, over requests and calls alike', () => {
  const talk = begun()
  for (const type of [REQUEST, CALL] as const)
    for (const id of [0, 1]) expect(() => talk.heard(type, id, 9)).toThrow(faulty)
  expect(talk.heard(CALL, 7, 9)).toEqual({ of: 'new', type: CALL, isTaken: true })
})

test('the answer is of the kind of its call', () => {
  const talk = new Conversation('caller')
  talk.begin(1, REQUEST, false)
  talk.begin(2, CALL, false)
  talk.answeredBy(1, RESPONSE, RESULT)
  talk.answeredBy(2, RESULT, RESULT)
  expect(() => talk.answeredBy(1, RESULT, RESULT)).toThrow('result to the other kind of call')
  expect(() => talk.answeredBy(2, RESPONSE, RESULT)).toThrow('response to the other kind of call')
})

test('calls that begin behind a go-away are not taken on, and their frames are late', () => {
  const talk = begun()
  expect(talk.left()).toBe(true)
  expect(talk.left()).toBe(false)
  expect(talk.heard(REQUEST, 2, 9)).toEqual({ of: 'new', type: REQUEST, isTaken: false })
  talk.refuse(2)
  expect(talk.heard(CANCEL, 2, 9)).toEqual({ of: 'nothing' })
  expect(talk.heard(CREDIT, 1, 4)).toEqual({ of: 'call', type: CREDIT })
})

test('after its own go-away a caller begins nothing, and says it once', () => {
  for (const type of [REQUEST, CALL, GO_AWAY] as const) {
    const talk = begun()
    talk.heard(GO_AWAY, 0, 9)
    expect(() => talk.heard(type, type === GO_AWAY ? 0 : 2, 9)).toThrow(faulty)
  }
})

test('a pong answers a ping, and at most 16 are still to come', () => {
  const { talk } = opened()
  for (let at = 0; at < 16; at++) expect(talk.pinged()).toBe(true)
  expect(talk.pinged()).toBe(false)
  for (let at = 0; at < 16; at++) expect(talk.heard(PONG, 0, 4)).toEqual({ of: 'link', type: PONG })
  expect(() => talk.heard(PONG, 0, 4)).toThrow('a pong without a ping')
})

test('data that had been granted to a call that is over is ignored to the octet, and costs nothing', () => {
  const talk = begun()
  talk.moved(1, 'cancel')
  talk.owed(2 * BURST)
  for (let at = 0; at < 2 * BURST; at++) expect(talk.heard(DATA, 1, 1)).toEqual({ of: 'nothing' })
  for (let at = 0; at < BURST; at++) talk.heard(DATA, 1, 1)
  expect(() => talk.heard(DATA, 1, 1)).toThrow(flooded)
})

test('a burst of what brings nothing on is taken, then so many in each second, and what is beyond closes the link', () => {
  const floods: [what: string, type: FrameType, call: number][] = [
    ['pings', PING, 0],
    ['credit for a call that is over', CREDIT, 1],
    ['cancels of a call that is over', CANCEL, 1],
  ]
  for (const [what, type, call] of floods) {
    const { talk, clock } = opened()
    talk.heard(REQUEST, 1, 9)
    talk.begin(1, REQUEST, false)
    talk.moved(1, 'cancel')
    for (let at = 0; at < BURST; at++) talk.heard(type, call, 4)
    expect(() => talk.heard(type, call, 4), what).toThrow(flooded)
    clock.ms += 1_000
    for (let at = 0; at < PER_SECOND; at++) talk.heard(type, call, 4)
    expect(() => talk.heard(type, call, 4), what).toThrow(flooded)
    clock.ms += 1_000_000_000
    for (let at = 0; at < BURST; at++) talk.heard(type, call, 4)
    expect(() => talk.heard(type, call, 4), what).toThrow(flooded)
  }
})
