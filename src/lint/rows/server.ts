/**
 * The `server` argument. Clause 19.
 *
 * @module
 */
import type { Server } from '../../contract.ts'
import { kindOf, type Rows } from '../row.ts'

const MEMBERS: { readonly [name in keyof Server]: (value: unknown) => boolean } = {
  software: isText,
  name: isText,
  port: isCount,
  contract: (value) => Array.isArray(value) && value.length === 2 && value.every(isCount),
  workers: (value) => isCount(value) && value !== 0,
  environment: (value) => value === 'development' || value === 'production',
  limits: (value) => typeof value === 'object' && value !== null && Object.values(value).every(isCount),
  // Called by none of these checks: a replay pins what they give, in its order.
  now: isFunction,
  random: isFunction,
}

export const SERVER_ROWS: Rows<Server> = [
  {
    section: '19',
    rule: '`server` is built at boot, and frozen',
    check: (server) => {
      if (typeof server !== 'object' || server === null) return kindOf(server)
      if (!Object.isFrozen(server)) return 'a server that can be changed'
      return Object.isFrozen(server.limits) ? null : 'limits that can be changed'
    },
  },
  {
    section: '19',
    rule: 'It is the same object for every call',
    held: 'test/server/head.test.ts',
    by: 'headers are frozen, and server is one frozen object for all calls',
  },
  {
    section: '19',
    rule: '`server` is `{ software, name, port, contract: [major, minor], workers, environment, limits, now(), random(bytes) }`',
    check: (server) => {
      for (const [name, fits] of Object.entries(MEMBERS)) {
        const value: unknown = server[name as keyof Server]
        if (!fits(value)) return `${name}: ${kindOf(value)}`
      }
      return null
    },
  },
  {
    section: '19',
    rule: 'Clock and randomness come from it, so that a replay can pin them',
    held: 'src/call/server-facts.test.ts',
    by: 'clock and randomness come from it, and may be pinned',
  },
]

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
