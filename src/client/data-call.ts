/**
 * Calling a handler that gives its answer at once: data, bytes or text.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import { wholeBody } from './answer-body.ts'
import type { BodyWriter } from './body.ts'
import type { CallOptions } from './call-options.ts'
import { answered } from './failed.ts'
import { parseJson } from './json-body.ts'
import { Waiting } from './waiting.ts'
import type { Way } from './way.ts'

/**
 * Resolves with what the handler gives, or undefined where that is nothing. `write` says how its body is
 * written, where that is not as usual. Faults: those of `client`.
 */
export async function dataCall(
  way: Way,
  data: unknown,
  options: CallOptions,
  write?: BodyWriter,
): Promise<unknown> {
  const { to, handler } = way
  const waiting = new Waiting(to, options)
  let whole = false
  try {
    const [status, contentType, headers, body] = await way.send(data, options, waiting, write)
    const bytes = await waiting.for(wholeBody(body, to))
    whole = true
    if (status >= 400) throw answered(to, status, parseJson(bytes))
    if (status >= 300) (await import('./redirected.ts')).redirected(way, status, contentType, headers)
    options.onAnswer?.({ status, headers })
    if (handler.offers === undefined || status === 204) return undefined
    const given = await waiting.for(read(way, bytes, contentType))
    if (given === undefined) throw new CallFault('call_faulty', { to, reason: 'it is not JSON' })
    return given
  } finally {
    waiting.end(whole)
  }
}

async function read(
  { to, handler, formats }: Way,
  bytes: Uint8Array | null,
  contentType: string | null,
): Promise<unknown> {
  if (handler.gives === 'data' && formats.length === 0) return parseJson(bytes)
  const { readBeyondJson } = await import('./beyond-json.ts')
  return readBeyondJson(to, handler.gives, bytes, contentType, formats)
}
