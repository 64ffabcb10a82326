/**
 * The streams of `spec/vectors/frames.json` that are sent to workers.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

interface Vector {
  readonly name: string
  readonly to: 'worker' | 'caller'
  readonly hex: string
  readonly fill?: { readonly octet: string; readonly times: number }
}

interface Vectors {
  readonly faulty: readonly Vector[]
  readonly sound: readonly Vector[]
}

let read: Vectors | null = null

function vectors(): Vectors {
  read ??= JSON.parse(
    readFileSync(new URL('../../spec/vectors/frames.json', import.meta.url), 'utf8'),
  ) as Vectors
  return read
}

/** The octets of a vector to a worker, by its name: all that comes on the link. */
export function octetsOf(kind: keyof Vectors, name: string): Uint8Array {
  const found = vectors()[kind].find((one) => one.to === 'worker' && one.name === name)
  if (found === undefined) throw new TypeError(`There is no ${kind} vector ${JSON.stringify(name)}`)
  const octets = Buffer.from(found.hex, 'hex')
  const { fill } = found
  return fill === undefined ? octets : Buffer.concat([octets, Buffer.alloc(fill.times, fill.octet, 'hex')])
}
