/**
 * The file `cases.json`: requests, each of which has the same answer on every road. The app is `echo.ts`,
 * mounted at `/m`; `wsgi_app.py` and `rack_app.ru` are its twins.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

/** Something that WSGI or Rack cannot say. */
export type Beyond = 'null' | 'fault' | 'limit' | 'trailers'

export interface Case {
  readonly method: string
  readonly target: string
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | null
  /** Sent in pieces, so that nobody knows how long it is. */
  readonly chunked: boolean
  /** Why the WSGI twin cannot answer the same. */
  readonly beyondWsgi: Beyond | null
  /** Why the Rack twin cannot answer the same. */
  readonly beyondRack: Beyond | null
  /** Status, content type, other fields and body, as the test sees them in process. */
  readonly answer: unknown
}

/** A row of the file. */
interface Row {
  readonly name: string
  readonly method: string
  readonly target: string
  readonly fields?: Case['lines']
  /** Of the body, which is a pattern; none without it. */
  readonly octets?: number
  readonly chunked?: true
  readonly beyondWsgi?: Beyond
  readonly beyondRack?: Beyond
  readonly answer: unknown
}

const rows = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8')) as readonly Row[]

/** By name. */
export const CASES: Readonly<Record<string, Case>> = Object.fromEntries(
  rows.map(({ name, fields = [], octets, chunked = false, beyondWsgi = null, beyondRack = null, ...row }) => [
    name,
    {
      ...row,
      lines: fields,
      body: octets === undefined ? null : Uint8Array.from({ length: octets }, (_, at) => (at * 7) & 0xff),
      chunked,
      beyondWsgi,
      beyondRack,
    },
  ]),
)
