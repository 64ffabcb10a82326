/**
 * Taking items from JSON lines, each checked as it arrives.
 *
 * @module
 */

import { chain } from '../call/after.ts'
import { asyncValues } from '../call/byte-source.ts'
import { mapped, takenOnce } from '../call/mapped.ts'
import { boundsOf, malformed, requireUtf8 } from '../codec/format.ts'
import { decodeLines, LINES_TYPES } from '../codec/lines.ts'
import { Fault, isFault } from '../fault.ts'
import { BODY } from '../handler/binding.ts'
import { typeWithin } from '../handler/take-whole.ts'
import type { Taking } from '../handler/taking.ts'
import { type AnySchema, check } from '../schema/standard.ts'
import type { Items } from './flow.ts'
import { flowingBody } from './flowing-body.ts'

export function takesItems({ schema, limit }: Items<AnySchema>): Taking {
  return {
    takes: 'items',
    whenAbsent: true,
    items: schema,
    limits: { item: limit },
    mediaTypes: () => LINES_TYPES,
    receive: (arrival) => {
      if (!arrival.input.absent) requireUtf8(typeWithin(arrival.headers['content-type'], LINES_TYPES))
      const bytes = flowingBody(arrival)
      return {
        value: placed(decodeLines(bytes, { line: limit, bounds: boundsOf(limit) })),
        entries: null,
        raw: null,
      }
    },
    admit: (given) => takenOnce(fitting(asyncValues(given) ?? refuse(), schema)),
  }
}

// Which item it was, for who has to mend it.
function placed(items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  let at = 0
  return mapped(
    items,
    (item) => {
      at++
      return item
    },
    (thrown) =>
      isFault(thrown) && thrown.code === 'body_malformed'
        ? malformed(`${(thrown as Fault<'body_malformed'>).detail.reason}, in item ${at}`, thrown)
        : thrown,
  )
}

function fitting(items: AsyncIterable<unknown>, schema: AnySchema): AsyncIterable<unknown> {
  let at = -1
  return mapped(items, (item) => {
    at++
    return chain(check(schema, item), (checked) => {
      if ('value' in checked) return checked.value
      const issues = checked.issues.map(({ pointer, message }) => ({
        pointer: `/${BODY}/${at}${pointer}`,
        message,
      }))
      throw new Fault('input_invalid', { issues })
    })
  })
}

function refuse(): never {
  throw new Fault('input_invalid', {
    issues: [{ pointer: `/${BODY}`, message: 'must be items, as an iterable' }],
  })
}
