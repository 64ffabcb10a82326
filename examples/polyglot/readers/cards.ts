/**
 * The readers' cards: a name, and a PIN of which only the scrypt hash is known.
 *
 * @module
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const hash: (pin: string, salt: Uint8Array, octets: number) => Promise<Buffer> = promisify(scrypt)
const OCTETS = 32

interface Card {
  readonly salt: Uint8Array
  readonly hashed: Uint8Array
}

export interface Cards {
  /** Whether there is such a card, and the PIN is that of it. */
  fits(name: string, pin: string): Promise<boolean>
}

/** Those of the two readers of this example. */
export async function cards(): Promise<Cards> {
  const known = new Map([
    ['anna', await card('1984')],
    ['bert', await card('2001')],
  ])
  const nobody = await card(randomBytes(16).toString('hex'))
  return {
    // Who has no card waits as long as who has one: the time tells nobody which names there are.
    fits: async (name, pin) => {
      const { salt, hashed } = known.get(name) ?? nobody
      return timingSafeEqual(await hash(pin, salt, OCTETS), hashed)
    },
  }
}

async function card(pin: string): Promise<Card> {
  const salt = randomBytes(16)
  return { salt, hashed: await hash(pin, salt, OCTETS) }
}
