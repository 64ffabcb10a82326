/**
 * Passwords, as hashes that say how they were made: scrypt (RFC 7914), with a salt of their own.
 *
 *   hash       "scrypt$N$r$p$salt$key", the last two in base64url
 *   Failure    passwords_busy: more are to be hashed than there is time for
 *
 * Parameters as in OWASP's Password Storage Cheat Sheet. Of Node's four threads, which files and names wait for as
 * well, two are used at once.
 *
 * @module
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { raise } from '../call/failure.ts'
import { Fault } from '../fault.ts'
import { type FailureType, failure } from '../handler/failure.ts'

/** More people sign in at once than can be served. For the `errors` of handlers that ask. */
export const PasswordsBusy: FailureType<undefined> = failure('passwords_busy', 'unavailable')

export interface Passwords {
  /** A hash to keep, another one each time. Failure: passwords_busy. */
  hash(password: string): Promise<string>
  /**
   * Whether it is the password that was hashed, at any cost. False where there is no hash (null) either, and as slowly:
   * time tells nobody who has an account. Failure: passwords_busy. Throws for what is no hash of ours.
   */
  matches(password: string, hash: string | null): Promise<boolean>
}

export interface PasswordsOptions {
  /** Of new hashes: N is a power of two, memory is 128 * N * r bytes. By default 2^14, 8 and 5: 16 MiB each. */
  readonly cost?: PasswordCost
  /** How many may wait for their turn, by default 100. */
  readonly waiting?: number
}

export interface PasswordCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

const COST: PasswordCost = { N: 2 ** 14, r: 8, p: 5 }
const SALT_BYTES = 16
const KEY_BYTES = 32
const AT_ONCE = 2
/** Bytes that one may take: a hash of another program is not to ask for more. */
const MAX_MEMORY = 256 * 1024 * 1024

/** Fault: setup_faulty for a cost that scrypt has not. */
export function passwords({ cost = COST, waiting = 100 }: PasswordsOptions = {}): Passwords {
  checkCost(cost)
  const turn = turns(waiting)
  const made = (password: string, salt: Buffer, by: PasswordCost): Promise<Buffer> =>
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

const NOBODY = { salt: Buffer.alloc(SALT_BYTES), key: Buffer.alloc(KEY_BYTES) }

// Node takes what it does not know for its default.
function isCost({ N, r, p }: PasswordCost): boolean {
  const isPower = Number.isInteger(N) && N > 1 && Number.isInteger(Math.log2(N))
  return isPower && [r, p].every((one) => Number.isInteger(one) && one > 0) && 128 * N * r < MAX_MEMORY
}

function checkCost(cost: PasswordCost): void {
  if (isCost(cost)) return
  throw new Fault('setup_faulty', {
    what: `passwords({ cost: ${JSON.stringify(cost)} })`,
    reason: 'scrypt has no such cost, or it takes 256 MiB and more',
    fix: 'Write such as { N: 2 ** 14, r: 8, p: 5 }, where N is a power of two',
  })
}

function derived(password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // What looks the same is the same (NIST SP 800-63B section 5.1.1.2).
    const text = password.normalize('NFKC')
    scrypt(text, salt, KEY_BYTES, { N, r, p, maxmem: MAX_MEMORY }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function written({ N, r, p }: PasswordCost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

function read(hash: string): PasswordCost & { readonly salt: Buffer; readonly key: Buffer } {
  const [name, N, r, p, salt = '', key = ''] = hash.split('$')
  const [ofSalt, ofKey] = [Buffer.from(salt, 'base64url'), Buffer.from(key, 'base64url')]
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  // It shows nothing of the hash, for it may come to be logged.
  if (name !== 'scrypt' || ofKey.byteLength !== KEY_BYTES || !isCost(cost))
    throw new TypeError('That is no hash of a password by scrypt')
  return { ...cost, salt: ofSalt, key: ofKey }
}

type Turn = <T>(work: () => Promise<T>) => Promise<T>

// Lets so much work be done at once, and so much wait.
function turns(mostWaiting: number): Turn {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= mostWaiting) raise(PasswordsBusy())
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
