/**
 * Taking bytes as they come.
 *
 * @module
 */

import { bytePieces } from '../call/byte-source.ts'
import { takenOnce } from '../call/mapped.ts'
import { Fault } from '../fault.ts'
import { BODY } from '../handler/binding.ts'
import { typeWithin } from '../handler/take-whole.ts'
import type { Taking } from '../handler/taking.ts'
import type { Whole } from '../schema/whole.ts'
import { flowingBody } from './flowing-body.ts'

export function takesBytes({ mediaTypes }: Whole): Taking {
  return {
    takes: 'chunks',
    whenAbsent: true,
    mediaTypes: () => mediaTypes,
    receive: (arrival) => {
      if (!arrival.input.absent) typeWithin(arrival.headers['content-type'], mediaTypes)
      return { value: flowingBody(arrival), entries: null, raw: null }
    },
    admit: (given) => takenOnce(bytePieces(given) ?? refuse()),
  }
}

function refuse(): never {
  const message = 'must be bytes, or an iterable of bytes'
  throw new Fault('input_invalid', { issues: [{ pointer: `/${BODY}`, message }] })
}
