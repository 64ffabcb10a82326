/**
 * The limits as `docs/engines.md` shows them: unit, default, and what is beyond each.
 *
 * @module
 */
import { DEFAULT_LIMITS, type FaultCode } from 'hagaki'
import type { Limits } from '../../src/contract.ts'

export interface LimitRow {
  readonly unit: 'bytes' | 'fields' | 'ms' | 'bytes/s'
  /** Of what. */
  readonly what: string
  /** Status and code beyond it; null where none is sent. */
  readonly refusal: readonly [status: number, code: FaultCode] | null
  /** What happens besides. */
  readonly then: string
}

export const LIMIT_ROWS: { readonly [N in keyof Limits]: LimitRow } = {
  requestLine: {
    unit: 'bytes',
    what: 'the request line, without its end',
    refusal: [414, 'target_too_long'],
    then: 'the connection closes',
  },
  head: {
    unit: 'bytes',
    what: 'the header section as received; of a trailer section too',
    refusal: [431, 'head_too_large'],
    then: 'the connection closes',
  },
  fields: {
    unit: 'fields',
    what: 'field lines',
    refusal: [431, 'fields_too_many'],
    then: 'the connection closes',
  },
  body: {
    unit: 'bytes',
    what: '`input.bytes()` without an argument',
    refusal: [413, 'body_too_large'],
    then: 'reading stops',
  },
  unread: {
    unit: 'bytes',
    what: 'what is read of a body that the app left',
    refusal: null,
    then: 'the answer says `connection: close`',
  },
  chunkExtensions: {
    unit: 'bytes',
    what: 'chunk extensions of a body together; of one chunk 256',
    refusal: [413, 'chunk_extensions_too_large'],
    then: 'the connection closes',
  },
  headTimeoutMs: {
    unit: 'ms',
    what: 'from the first octet of a head to its last',
    refusal: [408, 'head_timeout'],
    then: 'the connection closes',
  },
  bodyTimeoutMs: {
    unit: 'ms',
    what: 'between two reads of a body',
    refusal: [408, 'body_timeout'],
    then: 'the connection closes',
  },
  bodyRate: {
    unit: 'bytes/s',
    what: 'at least, of a body that was waited for as long as `bodyTimeoutMs`; 0 for none',
    refusal: [408, 'body_too_slow'],
    then: 'the connection closes',
  },
  budgetTimeoutMs: {
    unit: 'ms',
    what: 'that a body waits, unread, for room in the [memory budget](#memory); 0 for not at all',
    refusal: [503, 'server_busy'],
    then: 'with `retry-after`',
  },
  sendTimeoutMs: {
    unit: 'ms',
    what: 'in which a client takes nothing of its answer',
    refusal: null,
    then: 'the connection is cut, a call under way aborted with `send_timeout`',
  },
  idleTimeoutMs: {
    unit: 'ms',
    what: 'between an answer and the next request',
    refusal: null,
    then: 'the connection closes',
  },
  drainPauseMs: {
    unit: 'ms',
    what: 'that a stop goes on accepting once the app was told',
    refusal: null,
    then: 'the port closes',
  },
  drainTimeoutMs: {
    unit: 'ms',
    what: 'that a stop waits for calls under way',
    refusal: null,
    then: 'they are cut, and aborted with `draining`',
  },
}

/** The table as the page shows it. */
export function printedLimits(): string {
  const rows = Object.entries(LIMIT_ROWS).map(([name, { unit, what, refusal, then }]) => {
    const value = DEFAULT_LIMITS[name as keyof Limits].toLocaleString('en')
    const beyond = refusal === null ? then : `${refusal[0]} \`${refusal[1]}\`, ${then}`
    return `| \`${name}\` | ${value} ${unit} | ${what} | ${beyond} |`
  })
  return ['| limit | default | of | beyond it |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
