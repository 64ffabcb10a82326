/**
 * Rows of calls by name.
 *
 * @module
 */
import { CALL, CREDIT, type Frame, frame, HELLO, RESULT } from '../../wire/frames/frame.ts'
import { decodeResult, encodeCall } from '../../wire/frames/named.ts'
import { hold } from '../broken.ts'
import { same, wordsOf } from '../candidate.ts'
import { asking, closing, failedWith, staying, text } from '../cases.ts'
import type { Row } from '../row.ts'

export const NAME_ROWS: readonly Row[] = [
  asking(
    'name-unknown',
    'Calls by name',
    'A name that nobody has fails with handler_unknown.',
    async (worker) => {
      worker.send(named(1, 'nobody.has.this'))
      const code = await failedWith(worker, 1, 'handler_unknown')
      hold(code === 'handler_unknown', 'the code handler_unknown', code)
    },
  ),
  staying('name-number', 'Calls by name', 'Calls and requests have one row of numbers.', [
    'calls and requests, in one row of numbers',
  ]),
  closing('name-size', 'Calls by name', 'A name of other than 1 to 256 octets closes the link.', [
    'a call without a name',
    'a call with an empty name',
    'a call with a name of 257 octets',
  ]),
  asking(
    'name-echo',
    'Calls by name',
    'A worker whose hello has a contract gives a result for a name: the data of "echo" are given back.',
    async (worker) => {
      const { payload } = await worker.heard(({ type }) => type === HELLO, 'hello')
      if (!hasNames(payload)) return
      const data = text('{"a":[1,"é"]}')
      worker.send(named(1, 'echo', data))
      const isIt = (one: Frame): boolean => one.call === 1 && one.type !== CREDIT
      const found = await worker.heard(isIt, 'a result for call 1')
      hold(found.type === RESULT, 'a result for call 1', wordsOf(found))
      const { head, body } = decoded(found.payload)
      hold(head.gives === 'data', 'gives: data', head.gives)
      hold(body instanceof Uint8Array && same(body, data), 'the data that were sent', 'others')
    },
  ),
]

function named(call: number, name: string, data: Uint8Array | null = null): Frame {
  return frame(CALL, call, encodeCall({ name, timeoutMs: null, context: {} }, data))
}

function decoded(payload: Uint8Array): ReturnType<typeof decodeResult> {
  try {
    return decodeResult(payload)
  } catch (error) {
    hold(false, 'a head that decodes', error instanceof Error ? error.message : String(error))
  }
}

// What is wrong with a hello is for another row.
function hasNames(hello: Uint8Array): boolean {
  try {
    return 'contract' in (JSON.parse(Buffer.from(hello).toString()) as object)
  } catch {
    return false
  }
}
