/**
 * What an app needs before its first call and after its last. Clause 36.
 *
 * @module
 */
import type { Life } from '../../contract.ts'
import { kindOf, type Rows } from '../row.ts'

export const LIFE_ROWS: Rows<Life> = [
  {
    section: '36',
    rule: 'An app that needs something opened says so: `app[LIFE]` is `{ open(server), drain?(), close() }`',
    check: (life) => {
      if (typeof life !== 'object' || life === null) return kindOf(life)
      const missing = (['open', 'close'] as const).find((name) => typeof life[name] !== 'function')
      if (missing !== undefined) return `no ${missing}`
      const drain: unknown = life['drain']
      return drain === undefined || typeof drain === 'function' ? null : `drain: ${kindOf(drain)}`
    },
  },
]

export const CALLED_ROWS: Rows<{ readonly open: boolean }> = [
  {
    section: '36',
    rule: 'An app is opened before its first call, and closed after its last',
    check: ({ open }) => (open ? null : 'a call outside'),
  },
]

export const CLOSING_ROWS: Rows<unknown> = [
  {
    section: '36',
    rule: 'Closing never rejects',
    check: (error) => `a rejection with ${kindOf(error)}`,
  },
  {
    section: '36',
    rule:
      'Opening rejects with what could not be opened, and nothing stays half open; closing goes in reverse order. ' +
      'An app made of others passes their lives on, and one mounted twice is opened once',
    held: 'src/call/life.test.ts',
    by: 'a failed opening closes those before it, in reverse, and nothing stays half open',
  },
]
