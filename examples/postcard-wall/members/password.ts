/**
 * Passwords, as hashes that say how they were made: scrypt (RFC 7914), with a salt of their own.
 *
 * @module
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { failure, raise } from 'hagaki'

/** More people sign in at once than can be served. */
export const Busy = failure('busy', 'unavailable')

export interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** 16 MiB and some tenths of a second each, as OWASP's Password Storage Cheat Sheet has it. */
const COST: Cost = { N: 2 ** 14, r: 8, p: 5 }

const SALT_OCTETS = 16
const KEY_OCTETS = 32

/** Hashes that are made at once: of Node's four threads the others read files meanwhile. */
const AT_ONCE = 2
const MOST_WAITING = 50

const NOBODY = { salt: Buffer.alloc(SALT_OCTETS), key: Buffer.alloc(KEY_OCTETS) }

export class Passwords {
  readonly #cost: Cost
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(cost: Cost = COST) {
    this.#cost = cost
  }

  /** Failure: busy. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_OCTETS)
    return written(this.#cost, salt, await this.#inTurn(() => derived(password, salt, this.#cost)))
  }

  /** False where there is no hash either, and as slowly: time tells nobody who is a member. Failure: busy. */
  async matches(password: string, hash: string | null): Promise<boolean> {
    const { salt, key, ...cost } = hash === null ? { ...this.#cost, ...NOBODY } : read(hash)
    const same = timingSafeEqual(await this.#inTurn(() => derived(password, salt, cost)), key)
    return same && hash !== null
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) raise(Busy())
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      // Who waits takes over the place, so that nobody comes between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

function derived(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // What looks the same is the same (NIST SP 800-63B section 5.1.1.2).
    scrypt(password.normalize('NFKC'), salt, KEY_OCTETS, { N, r, p }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function written({ N, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

function read(hash: string): Cost & { readonly salt: Buffer; readonly key: Buffer } {
  const [name, N, r, p, salt = '', key = ''] = hash.split('$')
  if (name !== 'scrypt') throw new Error(`A password is hashed by ${name}, which is unknown here`)
  const [ofSalt, ofKey] = [Buffer.from(salt, 'base64url'), Buffer.from(key, 'base64url')]
  return { N: Number(N), r: Number(r), p: Number(p), salt: ofSalt, key: ofKey }
}
