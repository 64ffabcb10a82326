/**
 * The start of an answer that flows.
 *
 * @module
 */
import type { Body } from '../contract.ts'
import { wholeBody } from './answer-body.ts'
import type { BodyWriter } from './body.ts'
import type { CallOptions } from './call-options.ts'
import { answered } from './failed.ts'
import { parseJson } from './json-body.ts'
import { refusedRedirect } from './redirected.ts'
import type { Waiting } from './waiting.ts'
import type { Way } from './way.ts'

export interface Begun {
  readonly contentType: string | null
  readonly body: Body
}

/** Sends a call whose answer flows. Resolves with its head; faults are those of `client`. */
export async function beginStream(
  way: Way,
  data: unknown,
  options: CallOptions,
  waiting: Waiting,
  write?: BodyWriter,
): Promise<Begun> {
  const [status, contentType, headers, body] = await way.send(data, options, waiting, write)
  if (status >= 400) throw answered(way.to, status, parseJson(await waiting.for(wholeBody(body, way.to))))
  if (status >= 300) throw refusedRedirect(way.to, status, headers['location'])
  waiting.began()
  options.onAnswer?.({ status, headers })
  return { contentType, body }
}
