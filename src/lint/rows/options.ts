/**
 * Options, as they are handed in and as `with` derives them. Clauses 11, 12 and 16.
 *
 * @module
 */
import type { Log, Options, OptionsChanges, OptionsData } from '../../contract.ts'
import { kindOf, type Rows, unless } from '../row.ts'

const LAZY = ['input', 'signal', 'log'] as const
const METHODS = ['defer', 'hint', 'trailer', 'get', 'set', 'with'] as const
const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** Nothing lazy is asked for here: whether it is there is all that is looked at. */
export const OPTIONS_ROWS: Rows<Options> = [
  {
    section: '12',
    rule: 'Options are never spread: what is lazy is a getter of the prototype',
    check: (options) => {
      if (typeof options !== 'object' || options === null) return kindOf(options)
      const own = LAZY.find((name) => Object.hasOwn(options, name))
      if (own !== undefined) return `${own} as a member of its own`
      const plain = Object.getPrototypeOf(options) === Object.prototype && !('input' in options)
      return plain ? 'a plain object' : null
    },
  },
  {
    section: '11',
    rule: 'The capabilities of options are `input`, `signal`, `log`, `defer`, `hint`, `trailer`, `get`, `set` and `with`',
    check: (options) => {
      const missing =
        LAZY.find((name) => !(name in options)) ??
        METHODS.find((name) => typeof (options as Partial<Options>)[name] !== 'function')
      return missing === undefined ? null : `no ${missing}`
    },
  },
  {
    section: '11',
    rule: '`http` is "1.0", "1.1" or "2"; null where the call did not come over HTTP',
    check: ({ http }) => unless(http === null || ['1.0', '1.1', '2'].includes(http), http),
  },
  {
    section: '11',
    rule: '`client` is the peer’s address without "::ffff:", or null',
    check: ({ client }) => {
      if (client === null) return null
      if (typeof client !== 'string' || client === '') return kindOf(client)
      return /^::ffff:/i.test(client) ? 'an address with "::ffff:"' : null
    },
  },
  {
    section: '11',
    rule: '`protocol` is "http" or "https"',
    check: ({ protocol }) => unless(protocol === 'http' || protocol === 'https', protocol),
  },
  {
    section: '11',
    rule: '`deadline` is when the caller stops waiting, in epoch milliseconds of this machine’s clock, or null',
    check: ({ deadline }) => unless(deadline === null || Number.isFinite(deadline), deadline),
  },
]

export const LOG_ROWS: Rows<Log> = [
  {
    section: '11',
    rule: '`log` has `debug`, `info`, `warn` and `error`',
    check: (log) => {
      if (typeof log !== 'object' && typeof log !== 'function') return kindOf(log)
      if (log === null) return 'null'
      const missing = LEVELS.find((level) => typeof log[level] !== 'function')
      return missing === undefined ? null : `no ${missing}`
    },
  },
]

export const SIGNAL_ROWS: Rows<AbortSignal> = [
  {
    section: '16',
    rule: '`signal` is an `AbortSignal`',
    check: (signal) => unless(signal instanceof AbortSignal, signal),
  },
  {
    section: '16',
    rule: 'It is aborted by a reset and by an error of writing',
    held: 'test/server/outcome.test.ts',
    by: 'a client that goes before the answer aborts it: signal and outcome, with no status',
  },
  {
    section: '16',
    rule: 'It is aborted by the deadline',
    held: 'src/call/call.test.ts',
    by: 'the signal is aborted when the deadline passes',
  },
  {
    section: '16',
    rule: 'It is aborted by the drain of a takeover',
    held: 'test/server/drain.test.ts',
    by: 'a takeover is told by its signal, and has the time to end in order',
  },
  {
    section: '16',
    rule: 'It is aborted by the drain of an event stream',
    held: 'test/server/event-stream.test.ts',
    by: 'a drain tells an event stream, which ends as it likes and is whole',
  },
  {
    section: '16',
    rule:
      'It is aborted by a client’s end of stream in mid-request (reason `half_closed`: a result already produced ' +
      'is still written)',
    held: 'test/clauses/half-closed.test.ts',
    by: 'a client that ends its side in mid-request aborts the signal, and what was produced is still written',
  },
  {
    section: '16',
    rule: 'It never is after the response was handed to the kernel',
    held: 'src/call/call.test.ts',
    by: 'nothing aborts the signal once the answer is out',
  },
]

export interface Derivation {
  readonly from: Options
  readonly changes: OptionsChanges
  readonly derived: Options
}

const CHANGES: readonly string[] = ['query', 'client', 'protocol', 'deadline', 'mount', 'input']
const DATA = ['query', 'mount', 'http', 'client', 'protocol', 'deadline', 'upgrade'] as const

/** What the app asks `with` for. */
export const CHANGES_ROWS: Rows<Omit<Derivation, 'derived'>> = [
  {
    section: '12',
    rule: '`with({ query, client, protocol, deadline, mount, input })` takes these changes and no other',
    check: ({ changes }) => {
      if (typeof changes !== 'object' || changes === null) return kindOf(changes)
      return Object.keys(changes).find((name) => !CHANGES.includes(name)) ?? null
    },
  },
  {
    section: '4',
    rule: 'Further in, `mount` only grows, by whole segments',
    check: ({ from, changes: { mount = from.mount } }) => {
      if (!String(mount).startsWith(from.mount)) return 'another prefix'
      const grown = mount.slice(from.mount.length)
      return grown === '' || grown.startsWith('/') ? null : 'a part of a segment'
    },
  },
]

/** What `with` gave. */
export const DERIVED_ROWS: Rows<Derivation> = [
  {
    section: '12',
    rule: '`with` derives options that have these changes, and all else as it was',
    check: ({ from, changes, derived }) => {
      const { input } = changes
      // Whatever stands between may have wrapped it: that it is not the old one has to do.
      if (input !== undefined && input !== from.input && derived.input === from.input) return 'the same input'
      const expected: Partial<OptionsData> = changes
      const other = DATA.find((name) => derived[name] !== (name in changes ? expected[name] : from[name]))
      return other === undefined ? null : `another ${other}`
    },
  },
  {
    section: '12',
    rule: 'Derived options share `signal`, `log`, `defer`, `hint`, `trailer` and context',
    held: 'src/call/options.test.ts',
    by: 'derived options share signal, log, defer, hint, trailer and context with those they came from',
  },
]
