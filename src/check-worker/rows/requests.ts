/**
 * Rows of requests: their numbers, heads and bodies.
 *
 * @module
 */
import { DATA, END, frame } from '../../wire/frames/frame.ts'
import { hold } from '../broken.ts'
import { same } from '../candidate.ts'
import {
  answerTo,
  asking,
  closing,
  echo,
  granted,
  octets,
  onLink,
  sendBody,
  staying,
  text,
  wholeOf,
} from '../cases.ts'
import type { Row } from '../row.ts'

export const REQUEST_ROWS: readonly Row[] = [
  closing('number', 'Errors', 'A number that does not rise closes the link.', [
    'a request with the number 0',
    'a request with the number of the one before',
    'a request with a lower number than the one before',
    'a call with the number of the request before',
  ]),
  staying('number-gaps', 'Calls', 'Numbers may leave gaps.', ['numbers may leave gaps']),
  closing('number-unknown', 'Errors', 'A frame for a call that never was closes the link.', [
    'credit for a call that never was',
    'cancel of a call that never was',
    'cancel of no call',
    'data for a call that never was',
    'a timeout for a call that never was',
  ]),
  closing(
    'head-size',
    'Errors',
    'A head that is longer than its frame, or than 65,536 octets, closes the link.',
    [
      'a request that ends within the length of its head',
      'a request that ends within its head',
      'a head of more than 65,536 octets',
    ],
  ),
  closing('head-json', 'Errors', 'A head that is no JSON object closes the link.', [
    'a head that is no JSON',
    'a head that is no object',
  ]),
  closing('head-kind', 'Calls', 'A head of another kind than its frame closes the link.', [
    'a head of a response in a request',
    'a head of a request in a call',
  ]),
  closing('head-members', 'Errors', 'A head without one of its members closes the link.', [
    'a head without a member',
    'a body member that is no length',
  ]),
  closing('head-target', 'Errors', 'A method or a path that HTTP could not hold closes the link.', [
    'a head with a space in its path',
    'a head with a lower-case method',
  ]),
  closing('head-fields', 'Errors', 'Fields that HTTP could not hold close the link.', [
    'a head with a line feed in a field',
    'a head with a field name in capitals',
    'a head with two hosts',
    'a head with half a pair',
  ]),
  closing('inline', 'Errors', 'An inline body of another size than its head says closes the link.', [
    'an octet more than the head told',
    'an octet less than the head told',
    'octets behind a head without a body',
    'octets behind a head whose body is to come',
    'an octet more than the head of a call told',
  ]),
  closing('inline-size', 'Errors', 'An inline body beyond what its hello takes closes the link.', [
    'an inline body of 65,537 octets',
  ]),
  asking('body', 'Calls', 'A body still to come is asked for by credit, and taken whole.', async (worker) => {
    const body = octets(300_000)
    worker.send(echo(1, { length: body.byteLength }))
    await sendBody(worker, 1, body)
    hold(same(await wholeOf(worker, 1), body), 'the octets that were sent', 'others')
  }),
  asking('body-unknown', 'Calls', 'A body may be of unknown length: its end tells.', async (worker) => {
    const body = octets(300_001)
    worker.send(echo(1, { length: null }))
    await sendBody(worker, 1, body)
    hold(same(await wholeOf(worker, 1), body), 'the octets that were sent', 'others')
  }),
  asking(
    'body-pieces',
    'Calls',
    'A body may come in frames of any size, fewer octets than were granted.',
    async (worker) => {
      const body = octets(2_000)
      worker.send(echo(1, { length: body.byteLength }))
      await worker.until(() => granted(worker, 1) >= 100, 'credit for 100 octets')
      for (let at = 0; at < 100; at++) worker.send(frame(DATA, 1, body.subarray(at, at + 1)))
      await worker.until(() => granted(worker, 1) >= 2_000, 'credit for all octets')
      worker.send(frame(DATA, 1, body.subarray(100)), frame(END, 1))
      hold(same(await wholeOf(worker, 1), body), 'the octets that were sent', 'others')
    },
  ),
  staying('body-empty', 'Calls', 'The end of an empty body needs no credit.', [
    'an empty body needs no credit for its end',
  ]),
  closing('body-credit', 'Errors', 'Data without credit close the link.', ['data without credit']),
  closing(
    'body-length',
    'Errors',
    'Fewer or more octets than the length close the link.',
    ['an end before the length is reached'],
    (start) =>
      onLink(start, async (worker) => {
        worker.send(echo(1, { length: 10 }))
        await worker.until(() => granted(worker, 1) >= 10, 'credit for 10 octets')
        worker.send(frame(DATA, 1, octets(9)), frame(DATA, 1, octets(2)))
        await worker.closes()
      }),
  ),
  closing('body-none', 'Errors', 'Data or end of a body that is not to come close the link.', [
    'data for a request without a body',
    'end for a request without a body',
    'end for a body that came with its head',
  ]),
  closing('body-over', 'Errors', 'Data after the end, and a second end, close the link.', [
    'data after the end',
    'a second end',
  ]),
  staying('trailers', 'Framing', 'The end may have trailers.', ['trailers']),
  closing('trailers-form', 'Errors', 'Trailers that do not decode close the link.', [
    'trailers that are no JSON',
    'trailers that are no list of pairs',
    'trailers with a name in capitals',
    'trailers with a line feed in a value',
  ]),
  asking('order', 'Calls', 'A call that is not answered yet holds up no other.', async (worker) => {
    worker.send(echo(1, { length: 3 }), echo(2, text('two')))
    hold(same(await wholeOf(worker, 2), text('two')), 'the body of call 2', 'another one')
    await sendBody(worker, 1, text('one'))
    hold(same(await wholeOf(worker, 1), text('one')), 'the body of call 1', 'another one')
    const calls = Array.from({ length: 100 }, (_, at) => at + 3)
    worker.send(...calls.map((call) => echo(call, text(`call ${call}`))))
    for (const call of calls) await answerTo(worker, call)
    for (const call of calls)
      hold(same(await wholeOf(worker, call), text(`call ${call}`)), `the body of call ${call}`, 'another one')
  }),
]
