/**
 * Rows of the link itself: framing, hello, pings, go-away.
 *
 * @module
 */
import { encodeFrame } from '../../wire/frames/codec.ts'
import { encodeGoAway, encodeNumber } from '../../wire/frames/control.ts'
import { frame, GO_AWAY, HELLO, PING, PONG } from '../../wire/frames/frame.ts'
import { decodeHello } from '../../wire/frames/payload.ts'
import { hold } from '../broken.ts'
import { same, wordsOf } from '../candidate.ts'
import {
  answerTo,
  asking,
  closing,
  echo,
  held,
  octets,
  onLink,
  sendBody,
  staying,
  text,
  wholeOf,
} from '../cases.ts'
import type { Row } from '../row.ts'

export const LINK_ROWS: readonly Row[] = [
  asking('hello', 'Hello', 'The first frame is hello, with v, role, name and inline.', async (worker) => {
    const [first] = worker.frames
    hold(first?.type === HELLO, 'hello first', first === undefined ? 'nothing' : wordsOf(first))
    try {
      decodeHello(first.payload, 'worker')
    } catch (error) {
      hold(false, 'hello of a worker', error instanceof Error ? error.message : String(error))
    }
  }),
  staying('hello-unknown', 'Hello', 'Members of hello that it does not know are ignored.', [
    'hello alone, with members that nobody knows',
  ]),
  closing('hello-first', 'Errors', 'A frame before hello closes the link.', [
    'a frame before hello',
    'a ping before hello',
  ]),
  closing('hello-once', 'Errors', 'A second hello closes the link.', ['a second hello']),
  closing('hello-json', 'Errors', 'A hello that is no JSON, or no UTF-8, closes the link.', [
    'hello that is no JSON',
    'hello with a byte order mark',
    'hello that is no UTF-8',
  ]),
  closing('hello-version', 'Hello', 'Another version closes the link.', ['hello of another version']),
  closing('hello-role', 'Errors', 'A role other than caller closes the link.', ['hello of the other role']),
  closing('hello-name', 'Hello', 'A hello without a name closes the link.', ['hello without a name']),
  closing('hello-inline', 'Errors', 'An inline out of range closes the link.', [
    'hello that takes more than 65,536 octets with a head',
    'hello that takes less than nothing with a head',
  ]),
  closing('hello-contract', 'Hello', 'A contract that is no mark closes the link.', [
    'hello whose contract is no mark',
  ]),
  closing('hello-call', 'Framing', 'A hello with a call number closes the link.', [
    'hello with a call number',
  ]),
  closing('length', 'Errors', 'A length out of range closes the link.', [
    'a length of 0',
    'a length of 4',
    'a length of 196,609',
    'a length of 4,294,967,295',
  ]),
  closing('type', 'Errors', 'A type that is not in the table closes the link.', [
    'a type of 0',
    'a type of 16',
  ]),
  closing('role', 'Errors', 'A frame that only a worker sends closes the link.', [
    'a frame that only a worker sends: response',
    'a frame that only a worker sends: failed',
    'a frame that only a worker sends: result',
    'a frame that only a worker sends: hint',
  ]),
  closing('payload', 'Framing', 'A payload of a size that its type never has closes the link.', [
    'data of no octets',
    'credit of 3 octets',
    'credit of 5 octets',
    'a timeout of 5 octets',
    'a ping of 3 octets',
  ]),
  closing('front', 'Framing', 'A payload that is too large is refused by length and type, before it comes.', [
    'data of 65,537 octets, refused by its front',
    'hello of 8,193 octets, refused by its front',
    'cancel of 8,193 octets, refused by its front',
  ]),
  asking('pieces', 'Framing', 'Frames may come in any pieces.', async (worker) => {
    const body = text('in pieces')
    // Cut behind so many octets: within length, type, call, head and body.
    for (const [at, cut] of [1, 2, 3, 4, 5, 6, 8, 9, 10, 13, 100, 250].entries()) {
      const octetsOfIt = encodeFrame(echo(at + 1, body))
      await worker.looked('a pong', octetsOfIt.subarray(0, cut))
      worker.write(octetsOfIt.subarray(cut))
      hold(same(await wholeOf(worker, at + 1), body), 'the body of the request', 'another one')
    }
  }),
  asking(
    'together',
    'Framing',
    'Many frames may come at once, and a frame with half of the next.',
    async (worker) => {
      const bodies = Array.from({ length: 40 }, (_, at) => octets(at * 50))
      const all = Buffer.concat(bodies.map((body, at) => encodeFrame(echo(at + 1, body))))
      const half = all.length - 1_000
      worker.write(all.subarray(0, half))
      await answerTo(worker, 1)
      worker.write(all.subarray(half))
      for (const [at, body] of bodies.entries())
        hold(same(await wholeOf(worker, at + 1), body), `the body of call ${at + 1}`, 'another one')
    },
  ),
  staying('ping', 'The life of a link', 'Each ping is answered by its four octets.', ['pings'], (start) =>
    onLink(start, async (worker) => {
      worker.send(held(1))
      const numbers = [0, 1, 0xffff_ffff, 0x0d0a_1a00]
      worker.send(...numbers.map((number) => frame(PING, 0, encodeNumber(number))))
      for (const number of numbers) {
        const octetsOfIt = encodeNumber(number)
        await worker.heard(
          (one) => one.type === PONG && same(one.payload, octetsOfIt),
          `a pong with the octets ${Buffer.from(octetsOfIt).toString('hex')}`,
        )
      }
    }),
  ),
  closing('ping-call', 'Framing', 'A ping with a call number closes the link.', [
    'a ping with a call number',
  ]),
  closing('pong', 'Errors', 'A pong without a ping closes the link.', ['a pong without a ping']),
  staying(
    'go-away',
    'The life of a link',
    'Calls under way go on after the go-away of their caller.',
    ['what belongs to calls goes on after the go-away of their caller'],
    (start) =>
      onLink(start, async (worker) => {
        const body = octets(1_000)
        worker.send(echo(1, { length: body.byteLength }))
        worker.send(frame(GO_AWAY, 0, encodeGoAway({ last: 0, reason: 'it stops' })))
        await sendBody(worker, 1, body)
        hold(same(await wholeOf(worker, 1), body), 'the body of the request', 'another one')
      }),
  ),
  closing(
    'go-away-begins',
    'Errors',
    'A call that is begun after the go-away of its caller closes the link.',
    ['a request after the go-away of its caller', 'a call after the go-away of its caller'],
  ),
  closing('go-away-once', 'Errors', 'A second go-away closes the link.', ['a second go-away']),
  closing(
    'go-away-form',
    'Errors',
    'A go-away that does not decode, or has a call number, closes the link.',
    [
      'a go-away with a call number',
      'a go-away that is no JSON',
      'a go-away without a reason',
      'a go-away whose last is no number',
    ],
  ),
  asking('exit', 'Errors', 'It exits when the link ends, whatever it does.', async (worker) => {
    worker.send(held(1), echo(2, text('begun')))
    await answerTo(worker, 2)
    worker.end()
    await worker.exits()
  }),
]
