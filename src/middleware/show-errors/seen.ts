/**
 * The request as the page shows it: a plain value, with its secrets taken out. The body is not read.
 *
 * @module
 */
import type { Options, RequestHeaders } from '../../contract.ts'
import { clip } from '../../value/markup.ts'
import { hideInQuery } from './secrets.ts'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly mount: string
  readonly query: string | null
  readonly protocol: 'http' | 'https'
  /** Null for a value that is hidden. */
  readonly headers: ReadonlyMap<string, string | null>
  readonly hasBody: boolean
}

/** Servers keep heads far below these; a call that comes from a value may hold anything. */
const MAX_TEXT = 16_384
const MAX_FIELDS = 200

export function seen(
  method: string,
  path: string,
  headers: RequestHeaders,
  options: Options,
  isSecret: (name: string) => boolean,
): Seen {
  const { mount, query, protocol, input } = options
  const names = Object.keys(headers).slice(0, MAX_FIELDS)
  return {
    method: clip(method, MAX_TEXT),
    path: clip(path, MAX_TEXT),
    mount: clip(mount, MAX_TEXT),
    query: query === null ? null : hideInQuery(clip(query, MAX_TEXT), isSecret),
    protocol,
    headers: new Map(names.map((name) => [name, isSecret(name) ? null : clip(headers[name]!, MAX_TEXT)])),
    hasBody: !input.absent && input.length !== 0,
  }
}
