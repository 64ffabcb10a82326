/**
 * Tokens: who somebody is, signed by us, for a while. JWT (RFC 7519) by HS256, and nothing else.
 *
 * They are signed with CONDUIT_SECRET, or with a secret that is made once and kept in the database.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Fault, type Resource } from 'hagaki'
import { z } from 'zod'
import { type Database, onDatabase } from '../database.ts'

export interface Tokens {
  sign(userId: number): string
  /** Whose token it is; null for one that we have not signed, or that is too old. */
  verify(token: string): number | null
}

const LIFETIME_S = 60 * 24 * 60 * 60
const LEAST_SECRET = 32

/** One header is written, and no other read: a token cannot choose how it is checked (RFC 8725 3.1). */
const HEADER = encoded({ alg: 'HS256', typ: 'JWT' })

const Payload = z.object({ sub: z.string().regex(/^[1-9][0-9]{0,14}$/), exp: z.number() })

/** `now` gives epoch milliseconds. */
export function tokensBy(secret: string, now: () => number): Tokens {
  const seconds = (): number => Math.floor(now() / 1000)
  const mac = (signed: string): Buffer => createHmac('sha256', secret).update(signed).digest()
  return {
    sign: (userId) => {
      const iat = seconds()
      const signed = `${HEADER}.${encoded({ sub: String(userId), iat, exp: iat + LIFETIME_S })}`
      return `${signed}.${mac(signed).toString('base64url')}`
    },
    verify: (token) => {
      const [header, payload = '', signature = '', ...more] = token.split('.')
      if (header !== HEADER || more.length > 0) return null
      const [given, ours] = [Buffer.from(signature, 'base64url'), mac(`${header}.${payload}`)]
      if (given.length !== ours.length || !timingSafeEqual(given, ours)) return null
      const { data } = Payload.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      return data !== undefined && data.exp > seconds() ? Number(data.sub) : null
    },
  }
}

export const tokens: Resource<Tokens> = onDatabase((db, server) =>
  tokensBy(secretOf(db, server.random), server.now),
)

function secretOf(db: Database, random: (bytes: number) => Uint8Array): string {
  const given = process.env['CONDUIT_SECRET']
  if (given === undefined) return keptSecret(db, random)
  if (given.length >= LEAST_SECRET) return given
  const reason = `it has ${given.length} characters`
  const fix = `Give it ${LEAST_SECRET} random ones, or leave it out`
  throw new Fault('setup_faulty', { what: 'CONDUIT_SECRET', reason, fix })
}

// The first process that asks makes it, and all others find it.
function keptSecret(db: Database, random: (bytes: number) => Uint8Array): string {
  const made = Buffer.from(random(LEAST_SECRET)).toString('base64url')
  db.run("INSERT INTO settings (name, value) VALUES ('secret', :made) ON CONFLICT DO NOTHING", { made })
  const kept = db.row(z.object({ value: z.string() }), "SELECT value FROM settings WHERE name = 'secret'")
  return kept?.value ?? made
}

function encoded(data: object): string {
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}
