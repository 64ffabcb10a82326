/**
 * Passwords, as hashes that say how they were made: scrypt (RFC 7914), with a salt of their own.
 *
 * @module
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { failure, type Resource, raise, resource } from 'hagaki'

/** More people sign in at once than can be served. */
export const Busy = failure('busy', 'unavailable')

export interface Passwords {
  /** Failure: busy. */
  hash(password: string): Promise<string>
  /** False where there is no hash either, and as slowly: nobody learns who has an account. Failure: busy. */
  matches(password: string, hash: string | null): Promise<boolean>
}

export interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** 16 MiB and some tenths of a second each, as OWASP's Password Storage Cheat Sheet has it. */
const COST: Cost = { N: 2 ** 14, r: 8, p: 5 }

const SALT_BYTES = 16
const KEY_BYTES = 32

/** Hashes that are made at once: of Node's four threads the others read files meanwhile. */
const AT_ONCE = 2
const MOST_WAITING = 100

export function passwordsAt(cost: Cost): Passwords {
  const turn = turns(AT_ONCE, MOST_WAITING)
  const made = (password: string, salt: Buffer, by: Cost): Promise<Buffer> =>
    turn(() => derived(password, salt, by))
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES)
      return written(cost, salt, await made(password, salt, cost))
    },
    matches: async (password, hash) => {
      const { salt, key, ...by } = hash === null ? { ...cost, ...NOBODY } : read(hash)
      const same = timingSafeEqual(await made(password, salt, by), key)
      return same && hash !== null
    },
  }
}

export const passwords: Resource<Passwords> = resource(() => passwordsAt(COST))

const NOBODY = { salt: Buffer.alloc(SALT_BYTES), key: Buffer.alloc(KEY_BYTES) }

function derived(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // What looks the same is the same (NIST SP 800-63B section 5.1.1.2).
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p }, (error, key) =>
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

type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Lets so much work be done at once, and so much wait. Failure: busy. */
function turns(atOnce: number, mostWaiting: number): Turn {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) raise(Busy())
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running++
    }
    try {
      return await work()
    } finally {
      // Who waits takes over the place, so that nobody comes between.
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
