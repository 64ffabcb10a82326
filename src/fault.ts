/**
 * Every refusal: one class, one table of stable codes.
 *
 * A fault crosses threads, processes and languages, so its identity is its `code`, never its
 * class. Codes are public and only ever added; the message is derived from the detail, and both
 * are shown to whoever sent the request, but for those that `isForLog` names.
 *
 * @module
 */
import {
  AnyFault,
  CALL_ROWS,
  type CallFaultDetail,
  type Issue,
  isBranded,
  quote,
  type Row,
} from './call-fault.ts'

export type { Issue }

/** What each code carries. Sizes are in bytes, times in milliseconds. */
export interface FaultDetail extends CallFaultDetail {
  // The head.
  readonly method_faulty: { readonly method: string }
  readonly target_faulty: { readonly reason: string }
  readonly path_faulty: { readonly reason: string }
  readonly host_faulty: { readonly reason: string }
  readonly head_faulty: { readonly reason: string }
  readonly head_too_large: { readonly limit: number }
  readonly fields_too_many: { readonly limit: number }
  readonly target_too_long: { readonly limit: number }
  readonly framing_faulty: { readonly reason: string }
  readonly length_invalid: { readonly value: string }
  readonly coding_unsupported: { readonly coding: string }
  readonly chunk_extensions_too_large: { readonly limit: number }
  readonly head_timeout: { readonly limitMs: number }
  readonly expectation_unmet: { readonly expect: string }
  readonly version_unsupported: { readonly version: string }
  // The body.
  readonly body_too_large: { readonly bytes: number | null; readonly limit: number }
  readonly body_timeout: { readonly limitMs: number }
  readonly input_taken: { readonly by: 'bytes' | 'stream' }
  readonly body_read_before: Record<never, never>
  readonly body_too_slow: { readonly limit: number }
  readonly server_busy: { readonly retryAfterS: number }
  readonly half_closed: Record<never, never>
  readonly send_timeout: { readonly limitMs: number }
  // Routing and handlers.
  readonly route_missing: { readonly path: string }
  readonly method_not_allowed: { readonly method: string; readonly allow: readonly string[] }
  readonly media_type_unsupported: { readonly mediaType: string | null; readonly accepts: readonly string[] }
  readonly content_coding_unsupported: { readonly coding: string; readonly accepts: readonly string[] }
  readonly precondition_failed: Record<never, never>
  readonly range_unsatisfiable: { readonly size: number }
  readonly not_acceptable: { readonly accept: string; readonly offers: readonly string[] }
  readonly body_malformed: { readonly reason: string }
  readonly body_too_complex: { readonly what: Complexity; readonly limit: number }
  /** `place` is empty for a body where none is taken. */
  readonly input_misplaced: { readonly member: string; readonly given: string; readonly place: string }
  readonly output_invalid: { readonly handler: string }
  readonly handler_unknown: { readonly name: string }
  // The app's answer.
  readonly result_faulty: { readonly reason: string }
  readonly context_faulty: { readonly key: string; readonly reason: string }
  readonly upgrade_unavailable: { readonly method: string }
  readonly session_faulty: { readonly name: string; readonly reason: string }
  readonly session_too_large: { readonly name: string; readonly bytes: number; readonly limit: number }
  readonly app_failed: Record<never, never>
  readonly draining: Record<never, never>
  readonly files_busy: Record<never, never>
  readonly file_truncated: { readonly at: number; readonly wanted: number }
  // Topics.
  readonly item_faulty: { readonly topic: string; readonly reason: string }
  readonly items_missed: { readonly topic: string; readonly reason: string }
  // Written forms and links.
  readonly value_faulty: { readonly form: string; readonly reason: string }
  readonly frame_faulty: { readonly reason: string }
  readonly origin_refused: { readonly origin: string }
  readonly link_flooded: { readonly what: string; readonly perSecond: number }
  // Calls that we made to somebody else.
  readonly call_refused: { readonly to: string; readonly reason: string }
  // Boot.
  readonly contract_broken: { readonly section: string; readonly rule: string; readonly found: string }
}

export type FaultCode = keyof FaultDetail

/** What a body that is well formed may have too much of. `heap` is in bytes. */
export type Complexity = 'depth' | 'members' | 'values' | 'heap' | 'entries' | 'parts' | 'files' | 'head'

const TABLE: { readonly [C in FaultCode]: Row<FaultDetail[C]> } = {
  method_faulty: [400, (d) => `Cannot take method ${quote(d.method)}: it must be an upper-case token`],
  target_faulty: [400, (d) => `Cannot take request target: ${d.reason}`],
  path_faulty: [400, (d) => `Cannot take path: ${d.reason}`],
  host_faulty: [400, (d) => `Cannot take host: ${d.reason}`],
  field_faulty: CALL_ROWS.field_faulty,
  head_faulty: [400, (d) => `Cannot parse request head: ${d.reason}`],
  head_too_large: [431, (d) => `Cannot take header section: limit is ${d.limit} bytes`],
  fields_too_many: [431, (d) => `Cannot take header section: limit is ${d.limit} fields`],
  target_too_long: [414, (d) => `Cannot take request line: limit is ${d.limit} bytes`],
  framing_faulty: [400, (d) => `Cannot tell where the body ends: ${d.reason}`],
  length_invalid: [400, (d) => `Cannot take content-length ${quote(d.value)}: it is no number of octets`],
  coding_unsupported: [501, (d) => `Cannot undo transfer coding ${quote(d.coding)}: only chunked is known`],
  chunk_extensions_too_large: [413, (d) => `Cannot take chunk extensions: limit is ${d.limit} bytes`],
  head_timeout: [408, (d) => `Request head did not arrive within ${d.limitMs} ms`],
  expectation_unmet: [417, (d) => `Cannot meet expectation ${quote(d.expect)}: only 100-continue is known`],
  version_unsupported: [505, (d) => `Cannot speak HTTP version ${quote(d.version)}`],

  body_too_large: [
    413,
    (d) => `Cannot accept body of ${d.bytes === null ? 'more' : d.bytes} bytes: limit is ${d.limit}`,
  ],
  body_timeout: [408, (d) => `Request body made no progress for ${d.limitMs} ms`],
  input_taken: [500, (d) => `Cannot read the body again: ${d.by}() has taken it`],
  body_read_before: [
    500,
    () =>
      'Another listener has read the body of the request: give the request to the app before it, or to one of the two alone',
  ],
  body_too_slow: [408, (d) => `Request body came too slowly: it must average ${d.limit} bytes per second`],
  server_busy: [503, (d) => `There is no room for the body now: try again in ${d.retryAfterS} s`],
  half_closed: [400, () => 'The client ended its side of the connection'],
  send_timeout: [408, (d) => `The client took nothing of its answer for ${d.limitMs} ms`],
  request_aborted: CALL_ROWS.request_aborted,

  route_missing: [404, (d) => `Nothing is at ${quote(d.path)}`],
  method_not_allowed: [405, (d) => `Cannot ${quote(d.method)} here: allowed are ${d.allow.join(', ')}`],
  media_type_unsupported: [
    415,
    (d) =>
      `Cannot read ${d.mediaType === null ? 'a body without content-type' : quote(d.mediaType)}: send ${d.accepts.includes('*/*') ? 'any that is a type and a subtype' : d.accepts.join(' or ')}`,
  ],
  content_coding_unsupported: [
    415,
    (d) => `Cannot undo content coding ${quote(d.coding)}: send ${d.accepts.join(' or ')}, or none`,
  ],
  precondition_failed: [412, () => 'What is there is not what the request was made for'],
  range_unsatisfiable: [416, (d) => `Cannot send that part: there are ${d.size} bytes`],
  not_acceptable: [406, (d) => `Cannot answer with ${quote(d.accept)}: offered are ${d.offers.join(', ')}`],
  body_malformed: [400, (d) => `Cannot decode body: ${d.reason}`],
  body_too_complex: [413, (d) => `Cannot accept body: the limit of its ${d.what} is ${d.limit}`],
  input_misplaced: [
    400,
    (d) =>
      d.place === ''
        ? `Cannot take a ${d.member}: none is asked for here`
        : `Cannot take ${quote(d.member)} from the ${d.given}: it belongs in the ${d.place}`,
  ],
  input_invalid: CALL_ROWS.input_invalid,
  output_invalid: [500, (d) => `Handler ${quote(d.handler)} returned data that does not fit its contract`],
  handler_unknown: [404, (d) => `No handler is named ${quote(d.name)}`],

  result_faulty: [500, (d) => `The app's answer breaks the contract: ${d.reason}`],
  context_faulty: [500, (d) => `Cannot set context key ${quote(d.key)}: ${d.reason}`],
  upgrade_unavailable: [501, (d) => `Cannot hand over the connection of a ${d.method} request here`],
  session_faulty: [500, (d) => `Cannot keep session ${quote(d.name)}: ${d.reason}`],
  session_too_large: [
    500,
    (d) =>
      `Cannot keep session ${quote(d.name)}: its cookie takes ${d.bytes} bytes and browsers hold ${d.limit}. Keep an id in it, and the rest in a store`,
  ],
  app_failed: [500, () => 'The app failed'],
  draining: [503, () => 'The server is stopping'],
  files_busy: [503, () => 'Too many files are open: try again'],
  file_truncated: [500, (d) => `The file ended after ${d.at} of ${d.wanted} bytes while it was sent`],

  item_faulty: [500, (d) => `Cannot take an item of topic ${quote(d.topic)}: ${d.reason}`],
  items_missed: [503, (d) => `Items of topic ${quote(d.topic)} were missed: ${d.reason}`],

  value_faulty: [400, (d) => `Cannot decode ${d.form} value: ${d.reason}`],
  frame_faulty: [400, (d) => `Link closed: ${d.reason}`],
  origin_refused: [403, (d) => `Cannot take a WebSocket from a page of ${quote(d.origin)}`],
  link_flooded: [
    429,
    (d) => `Link closed: too many ${d.what}, ${d.perSecond} in a second are taken for long`,
  ],

  call_lost: CALL_ROWS.call_lost,
  call_refused: [503, (d) => `Cannot reach ${d.to}: ${d.reason}`],
  call_timeout: CALL_ROWS.call_timeout,
  call_faulty: CALL_ROWS.call_faulty,
  call_answered: CALL_ROWS.call_answered,

  setup_faulty: CALL_ROWS.setup_faulty,
  contract_broken: [500, (d) => `Contract ${d.section} broken: ${d.rule}; found ${d.found}`],
}

/** Faults that say what our side looks like from within: files, fields, what others answered us. */
const FOR_LOG: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'result_faulty',
  'context_faulty',
  'file_truncated',
  'session_faulty',
  'session_too_large',
  'item_faulty',
  'setup_faulty',
  'call_faulty',
  'call_answered',
])

/** True when the message is for the log, and the caller gets the code alone. */
export function isForLog(code: FaultCode): boolean {
  return FOR_LOG.has(code)
}

/** Every code there is, in the table's order. */
export const FAULT_CODES: readonly FaultCode[] = Object.keys(TABLE) as FaultCode[]

/** A refusal with a stable code, the HTTP status it maps to, and plain data as its detail. */
export class Fault<C extends FaultCode = FaultCode> extends AnyFault<C, FaultDetail[C]> {
  constructor(code: C, detail: FaultDetail[C], cause?: unknown) {
    super(code, detail, TABLE[code], cause)
  }

  // Faults of clients are of another class, and those of another copy of this package as well.
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return isFault(thrown)
  }
}

/** True for a fault of any copy of this package, of that code where one is given, and for nothing that came from a peer. */
export function isFault(thrown: unknown): thrown is Fault
export function isFault<C extends FaultCode>(thrown: unknown, code: C): thrown is Fault<C>
export function isFault(thrown: unknown, code?: FaultCode): boolean {
  return isBranded(thrown) && isCode(thrown.code) && (code === undefined || thrown.code === code)
}

/** True when `code` is in the table, looked up by own key. */
export function isCode(code: unknown): code is FaultCode {
  return typeof code === 'string' && Object.hasOwn(TABLE, code)
}
