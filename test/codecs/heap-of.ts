/**
 * Prints, as JSON, how many bytes of heap each of the worst bodies is decoded to, or the code it is
 * refused by. A process of its own, with `--expose-gc`: nothing else may allocate meanwhile.
 *
 * @module
 */
import { decodeJson } from '../../src/codec/json.ts'
import { isFault } from '../../src/fault.ts'
import { WORST_JSON } from './worst-json.ts'

const collect = (globalThis as { gc?: () => void }).gc!
const held: unknown[] = []

function heapOf(bytes: Uint8Array): number | string {
  collect()
  const before = process.memoryUsage().heapUsed
  try {
    held[0] = decodeJson(bytes)
  } catch (error) {
    if (isFault(error)) return error.code
    throw error
  }
  collect()
  const after = process.memoryUsage().heapUsed
  held.length = 0
  return after - before
}

decodeJson(new TextEncoder().encode('{"a":[1]}'))
const found: Record<string, number | string> = {}
for (const [what, text] of Object.entries(WORST_JSON)) found[what] = heapOf(new TextEncoder().encode(text()))
console.log(JSON.stringify(found))
