/**
 * The request head, as the server hands it in. Clauses 1 to 9.
 *
 * @module
 */
import type { Options, RequestHeaders } from '../../contract.ts'
import { CONNECTION_FIELDS, isFieldName, isFieldValue, isToken } from '../../value/headers.ts'
import { isHost } from '../../value/target.ts'
import { kindOf, type Rows, unless } from '../row.ts'

export interface Arrival {
  readonly method: string
  readonly path: string
  readonly headers: RequestHeaders
  readonly options: Options
}

// Visible ASCII without "#" and "?": what must be encoded further is for `segments` to say (3).
const PATH = /^\/[!"$->@-~]*$/
const QUERY = /^[!"$-~]*$/

export const HEAD_ROWS: Rows<Arrival> = [
  {
    section: '1',
    rule: '`method` is an upper-case token, as received',
    check: ({ method }) =>
      typeof method === 'string' && isToken(method) && method === method.toUpperCase() ? null : shown(method),
  },
  {
    section: '2',
    rule: '`path` is "/...", still percent-encoded; "*" for OPTIONS; the authority for CONNECT',
    check: ({ method, path }) => (isPath(method, path) ? null : shown(path)),
  },
  {
    section: '2',
    rule: 'An absolute-form target gives its path; an empty one "/", for OPTIONS "*"',
    held: 'src/value/target.test.ts',
    by: 'absolute-form gives its path, and "/" when that is empty',
  },
  {
    section: '3',
    rule: '`value/path` has the only decoder, `segments(path)`, used by router, guards and file servers alike',
    held: 'test/clauses/decoder.test.ts',
    by: 'one file decodes paths, and no other turns what is percent-encoded into a path',
  },
  {
    section: '3',
    rule: 'A guard outside cannot be walked around by another spelling',
    held: 'src/middleware/mount.test.ts',
    by: 'another spelling of a prefix leads to the same app, and none leads around it',
  },
  {
    section: '3',
    rule: 'Encoded slashes and backslashes, NUL and encoded dot segments are refused by default',
    held: 'src/value/path.test.ts',
    by: 'encoded slashes and backslashes, and NUL, are refused',
  },
  {
    section: '4',
    rule: '`options.mount` is the raw prefix already consumed, "" at the top',
    check: ({ options: { mount } }) =>
      mount === '' || (typeof mount === 'string' && PATH.test(mount) && !mount.endsWith('/'))
        ? null
        : shown(mount),
  },
  {
    section: '4',
    rule: '`mount` strips whole segments, and never touches what a guard outside it saw',
    held: 'src/middleware/mount.test.ts',
    by: 'a guard outside sees the path and the mount that it always saw',
  },
  {
    section: '4',
    rule: 'Redirects and foreign apps rebuild the full path from it',
    held: 'test/roads/wsgi.test.ts',
    by: 'a Flask app posts a form, redirects and keeps a session below its mount',
  },
  {
    section: '5',
    rule: '`options.query` is null without "?", else the raw string behind it, perhaps empty; on every road',
    check: ({ options: { query } }) =>
      query === null || (typeof query === 'string' && QUERY.test(query)) ? null : kindOf(query),
  },
  {
    section: '6',
    rule: '`headers` has a null prototype and is frozen',
    check: ({ headers }) => {
      if (typeof headers !== 'object' || headers === null) return kindOf(headers)
      if (Object.getPrototypeOf(headers) !== null) return 'a prototype'
      return Object.isFrozen(headers) ? null : 'headers that can be changed'
    },
  },
  {
    section: '6',
    rule: 'Header names are in lower case',
    check: ({ headers }) => first(Object.keys(headers), (name) => (isFieldName(name) ? null : shown(name))),
  },
  {
    section: '6',
    rule: 'Header values are strings',
    check: ({ headers }) =>
      first(Object.keys(headers), (name) =>
        typeof headers[name] === 'string' ? null : `${name}: ${kindOf(headers[name])}`,
      ),
  },
  {
    section: '6',
    rule: 'Repeats are joined by ", ", `cookie` by "; "',
    held: 'src/value/headers.test.ts',
    by: 'repeats are joined by ", " in the order received, cookie by "; "',
  },
  {
    section: '6',
    rule: 'A repeat of a singleton (host, content-length, content-type, authorization, ...) is answered 400',
    // Of most singletons a value may hold a comma; of this one a repeat can be told.
    check: ({ headers: { 'content-length': length } }) =>
      length === undefined || /^[0-9]+$/.test(length) ? null : `content-length ${shown(length)}`,
  },
  {
    section: '7',
    rule: 'A field value is made of the code units 09, 20-7E and 80-FF, one octet each, with no blank at its ends',
    check: ({ headers }) =>
      first(Object.keys(headers), (name) => (isFieldValue(headers[name]!) ? null : `another in ${name}`)),
  },
  {
    section: '8',
    rule: 'The gateway has removed what is specific to the connection',
    check: ({ headers }) =>
      first(Object.keys(headers), (name) => (CONNECTION_FIELDS.has(name) ? name : null)),
  },
  {
    section: '8',
    rule: 'It has removed what `connection` nominates, too; nominating a singleton is answered 400',
    held: 'test/server/head.test.ts',
    by: 'nominating a field that others rely on is refused',
  },
  {
    section: '8',
    rule: '`upgrade` arrives as `options.upgrade`: a list of protocols, null where the road cannot',
    check: ({ options: { upgrade } }) =>
      unless(upgrade === null || (Array.isArray(upgrade) && upgrade.every(isProtocol)), upgrade),
  },
  {
    section: '9',
    rule: '`headers.host` is always the effective authority',
    check: ({ method, path, headers: { host } }) => {
      if (host === undefined) return 'no host'
      if (method === 'CONNECT' && path !== host) return shown(host)
      return isHost(host) ? null : shown(host)
    },
  },
  {
    section: '10',
    rule: 'Headers are never changed: `withField(headers, name, value)` makes a new frozen object',
    held: 'src/value/headers.test.ts',
    by: 'withField and withoutField make new frozen headers and leave the old as they were',
  },
]

function isPath(method: string, path: string): boolean {
  if (typeof path !== 'string') return false
  if (method === 'OPTIONS' && path === '*') return true
  return method === 'CONNECT' ? isHost(path) && /:[0-9]+$/.test(path) : PATH.test(path)
}

function isProtocol(protocol: unknown): boolean {
  return typeof protocol === 'string' && protocol !== '' && isFieldValue(protocol)
}

function first(names: readonly string[], flaw: (name: string) => string | null): string | null {
  for (const name of names) {
    const found = flaw(name)
    if (found !== null) return found
  }
  return null
}

function shown(text: unknown): string {
  return typeof text === 'string' ? JSON.stringify(text.slice(0, 80)) : kindOf(text)
}
