/**
 * Inputs from inputs: what is cut out, put in, doubled, moved, or taken from another one.
 *
 * @module
 */

import { octetsOf } from './octets.ts'
import type { Chance } from './random.ts'

/** No input grows beyond this, in octets. */
export const LONGEST = 4_096

/** Octets that parsers look for, and those at the ends of their classes. */
const NOTABLE = octetsOf('\r\n\t \0\x01\x1f\x7f\x80\xff:;,="\\/?#%&+-.0179aAfFzZ[]{}()<>@_~*!')

/** Makes one input of `parent`, with the help of another. */
export type Mutate = (chance: Chance, parent: Uint8Array, other: Uint8Array) => Uint8Array

/** Mutations that put in these words, besides octets of their own. */
export function mutations(words: readonly string[]): Mutate {
  const known = words.map(octetsOf)
  return (chance, parent, other) => {
    let octets = parent
    const steps = 1 << chance.below(4)
    for (let step = 0; step < steps; step++) octets = mutated(chance, octets, other, known)
    return octets.subarray(0, LONGEST)
  }
}

function mutated(
  chance: Chance,
  octets: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[],
): Uint8Array {
  const at = chance.below(octets.length + 1)
  const some = Math.min(octets.length - at, 1 + chance.below(chance.once(4) ? 64 : 8))
  switch (chance.below(9)) {
    case 0:
      return spliced(octets, at, 1, Uint8Array.of(chance.of([...NOTABLE])))
    case 1:
      return spliced(octets, at, 0, Uint8Array.of(chance.of([...NOTABLE])))
    case 2:
      return spliced(octets, at, 1, Uint8Array.of(chance.below(256)))
    case 3:
      return spliced(octets, at, some, NOTHING)
    case 4:
    case 5:
      return words.length === 0 ? octets : spliced(octets, at, chance.once(2) ? 0 : some, chance.of(words))
    case 6: // doubled, now and then often
      return spliced(octets, at, 0, again(octets.subarray(at, at + some), chance.once(8) ? 100 : 1))
    case 7: // moved
      return spliced(octets, chance.below(octets.length + 1), 0, octets.subarray(at, at + some))
    default: {
      const from = chance.below(other.length + 1)
      return spliced(octets, at, some, other.subarray(from, from + 1 + chance.below(128)))
    }
  }
}

const NOTHING = new Uint8Array(0)

function spliced(octets: Uint8Array, at: number, gone: number, put: Uint8Array): Uint8Array {
  const behind = octets.subarray(at + gone)
  const made = new Uint8Array(at + put.length + behind.length)
  made.set(octets.subarray(0, at))
  made.set(put, at)
  made.set(behind, at + put.length)
  return made
}

function again(octets: Uint8Array, times: number): Uint8Array {
  const made = new Uint8Array(Math.min(octets.length * times, LONGEST))
  for (let at = 0; at < made.length; at++) made[at] = octets[at % octets.length]!
  return made
}
