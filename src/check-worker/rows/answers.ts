/**
 * Rows of answers: their heads and bodies, and how calls end.
 *
 * @module
 */
import { encodeNumber, encodeTimeout, NO_TIMEOUT } from '../../wire/frames/control.ts'
import { CANCEL, DATA, END, frame, MAX_DATA, TIMEOUT } from '../../wire/frames/frame.ts'
import { encodeCancel } from '../../wire/frames/payload.ts'
import { hold } from '../broken.ts'
import { type Candidate, same } from '../candidate.ts'
import {
  answerTo,
  asking,
  cameFor,
  closing,
  credit,
  dataOf,
  echo,
  failedWith,
  held,
  nothingMore,
  octets,
  onLink,
  sendBody,
  staying,
  text,
  wholeOf,
} from '../cases.ts'
import type { Row } from '../row.ts'

const LARGE = 200_000

export const ANSWER_ROWS: readonly Row[] = [
  asking(
    'echo',
    'Calls',
    'A response has status, type and fields in its head, and a small body beside it.',
    async (worker) => {
      worker.send(echo(1, text('hi'), 'PUT', '/echo/a/b'))
      const { head, body } = await answerTo(worker, 1)
      hold(head.status === 200, 'status 200', String(head.status))
      const { headers, contentType } = head
      hold(contentType === 'application/octet-stream', 'application/octet-stream', String(contentType))
      const said = `${String(headers['echo-method'])} ${String(headers['echo-path'])}`
      hold(said === 'PUT /echo/a/b', 'the fields echo-method: PUT and echo-path: /echo/a/b', said)
      hold(
        body instanceof Uint8Array,
        'the body beside its head',
        body === null ? 'none' : 'one still to come',
      )
      hold(same(body, text('hi')), 'the body of the request', 'another one')
    },
  ),
  asking('echo-empty', 'Calls', 'A body may be empty, or not there.', async (worker) => {
    worker.send(echo(1, null), echo(2, new Uint8Array(0)))
    for (const call of [1, 2]) {
      const { body } = await answerTo(worker, call)
      const isNone = body === null || (body instanceof Uint8Array && body.byteLength === 0)
      hold(isNone, `no octets in the body of call ${call}`, 'some')
    }
  }),
  asking(
    'answer-inline',
    'Hello',
    'A body beyond what the hello of its caller takes does not come beside its head.',
    async (worker) => {
      worker.send(echo(1, octets(10)), echo(2, octets(11)))
      const small = (await answerTo(worker, 1)).body
      hold(small !== null, 'a body of 10 octets', 'none')
      const large = (await answerTo(worker, 2)).body
      const isToCome = large !== null && !(large instanceof Uint8Array)
      hold(isToCome, 'a body of 11 octets still to come', 'one beside its head')
      hold(same(await wholeOf(worker, 2), octets(11)), 'the octets that were sent', 'others')
    },
    10,
  ),
  asking('answer-credit', 'Calls', 'No more data come than were granted, and these come.', async (worker) => {
    await largeAsked(worker, 1)
    await worker.looked()
    hold(dataOf(worker, 1).byteLength === 0, 'no data before credit', 'some')
    for (const sum of [1_000, 1_001, 100_000]) {
      worker.send(credit(1, sum - dataOf(worker, 1).byteLength))
      await worker.until(() => dataOf(worker, 1).byteLength >= sum, `${sum} octets of data`)
      await worker.looked()
      hold(dataOf(worker, 1).byteLength === sum, `${sum} octets of data`, 'more')
    }
  }),
  asking(
    'answer-end',
    'Calls',
    'The end of a body needs no credit, and its length is exact.',
    async (worker) => {
      const { body } = await largeAsked(worker, 1)
      worker.send(credit(1, LARGE))
      await worker.heard((one) => one.call === 1 && one.type === END, 'the end of the answer to call 1')
      const whole = dataOf(worker, 1)
      hold(same(whole, octets(LARGE)), 'the octets that were sent', `${whole.byteLength} others`)
      const length = body === null || body instanceof Uint8Array ? null : body.length
      hold(length === null || length === LARGE, `a length of ${LARGE}`, String(length))
    },
  ),
  asking('answer-early', 'Calls', 'Credit may come before the answer begins.', async (worker) => {
    worker.send(echo(1, { length: LARGE }), credit(1, LARGE), credit(1, 10))
    await sendBody(worker, 1, octets(LARGE))
    await worker.heard((one) => one.call === 1 && one.type === END, 'the end of the answer to call 1')
    hold(same(dataOf(worker, 1), octets(LARGE)), 'the octets that were sent', 'others')
  }),
  asking('answer-once', 'Calls', 'Nothing comes for a call whose answer is whole.', async (worker) => {
    worker.send(echo(1, text('one')), echo(2, text('two')))
    for (const call of [1, 2]) await answerTo(worker, call)
    await largeAsked(worker, 3)
    await wholeOf(worker, 3)
    await worker.looked()
    for (const call of [1, 2]) nothingMore(worker, call, 1, 'after its answer')
    const last = worker.frames.filter((one) => one.call === 3).at(-1)
    hold(last?.type === END, 'nothing more for call 3 after its end', 'more')
  }),
  closing('credit-nothing', 'Errors', 'Credit of 0 octets closes the link.', ['credit for nothing']),
  closing('credit-most', 'Errors', 'More credit than 2^31 - 1 octets closes the link.', [
    'credit beyond 2^31 - 1 at once',
    'credit beyond 2^31 - 1 in sum',
  ]),
  staying('credit-unused', 'Calls', 'Credit for a body that is not to come means nothing.', [
    'credit for a response that has no body is of no use',
  ]),
  asking(
    'cancel',
    'Calls',
    'Nothing comes for a call that was cancelled, and others go on.',
    async (worker) => {
      worker.send(held(1), frame(CANCEL, 1, encodeCancel('nobody waits')))
      await largeAsked(worker, 2)
      worker.send(credit(2, 1_000))
      await worker.until(() => dataOf(worker, 2).byteLength >= 1_000, '1000 octets of data')
      await worker.looked()
      const { length } = cameFor(worker, 2)
      worker.send(frame(CANCEL, 2, encodeCancel('nobody waits')), credit(2, LARGE))
      worker.send(echo(3, text('three')))
      hold(same(await wholeOf(worker, 3), text('three')), 'the body of call 3', 'another one')
      await worker.looked()
      nothingMore(worker, 1, 0, 'after its cancel')
      nothingMore(worker, 2, length, 'after its cancel')
    },
  ),
  closing('cancel-form', 'Errors', 'A cancel that does not decode closes the link.', [
    'cancel that is no JSON',
    'cancel without a reason',
  ]),
  staying(
    'late',
    'Calls',
    'Frames for a call that is over are ignored: they crossed with the end of it.',
    ['what crossed with the end of a call is ignored', 'a timeout that crossed with the end of its call'],
    (start) =>
      onLink(start, async (worker) => {
        worker.send(echo(1, text('over')))
        await answerTo(worker, 1)
        await worker.looked()
        const { length } = cameFor(worker, 1)
        worker.send(credit(1, 7), frame(TIMEOUT, 1, encodeTimeout(1)), frame(CANCEL, 1, encodeCancel('late')))
        worker.send(frame(DATA, 1, octets(1)), frame(END, 1))
        await worker.looked()
        nothingMore(worker, 1, length, 'after its answer')
      }),
  ),
  asking(
    'late-many',
    'Errors',
    'A few thousand frames that bring nothing on are no flood.',
    async (worker) => {
      worker.send(echo(1, text('over')))
      await answerTo(worker, 1)
      for (let at = 0; at < 4_000; at++) worker.send(credit(1, 1))
      await worker.looked()
    },
  ),
  asking(
    'timeout',
    'Calls',
    'A call whose time is up before an answer begins fails with call_timeout.',
    async (worker) => {
      worker.send(held(1), frame(TIMEOUT, 1, encodeTimeout(20)))
      const code = await failedWith(worker, 1, 'call_timeout')
      hold(code === 'call_timeout', 'the code call_timeout', code)
      await worker.looked()
      nothingMore(worker, 1, 1, 'after it failed')
    },
  ),
  staying(
    'timeout-again',
    'Calls',
    'A later timeout replaces the one before, and 4,294,967,295 stops the clock.',
    ['a timeout that is told again, and stopped'],
    (start) =>
      onLink(start, async (worker) => {
        worker.send(
          held(1),
          frame(TIMEOUT, 1, encodeTimeout(150)),
          frame(TIMEOUT, 1, encodeNumber(NO_TIMEOUT)),
          held(2),
          frame(TIMEOUT, 2, encodeTimeout(3_600_000)),
          frame(TIMEOUT, 2, encodeTimeout(300)),
        )
        await failedWith(worker, 2, 'call_timeout')
        nothingMore(worker, 1, 0, 'once its clock is stopped')
      }),
  ),
  asking('timeout-begun', 'Calls', 'A timeout means nothing once the answer has begun.', async (worker) => {
    await largeAsked(worker, 1)
    worker.send(frame(TIMEOUT, 1, encodeTimeout(20)), held(2), frame(TIMEOUT, 2, encodeTimeout(200)))
    await failedWith(worker, 2, 'call_timeout')
    nothingMore(worker, 1, 1, 'without credit')
    hold(same(await wholeOf(worker, 1), octets(LARGE)), 'the whole answer', 'less')
  }),
]

/** Has a large body echoed. It is granted nothing of the answer. */
async function largeAsked(worker: Candidate, call: number): ReturnType<typeof answerTo> {
  worker.send(echo(call, { length: LARGE }))
  await sendBody(worker, call, octets(LARGE))
  const answer = await answerTo(worker, call)
  const isToCome = answer.body !== null && !(answer.body instanceof Uint8Array)
  hold(isToCome, `a body of more than ${MAX_DATA} octets still to come`, 'one beside its head')
  return answer
}
