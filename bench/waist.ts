/**
 * The in-process cost of the waist: from the parts that a parser gives (method, target, field
 * lines) to an answer ready to be written. Beside it what the same takes with `Request`.
 */
import { Hono } from 'hono'
import { Call } from '../src/call/call.ts'
import { WholeInput } from '../src/call/input.ts'
import { silentLog } from '../src/call/log.ts'
import { CallOptions } from '../src/call/options.ts'
import { outgoing } from '../src/call/outgoing.ts'
import { serverFacts } from '../src/call/server-facts.ts'
import type { App, RequestHeaders, Result } from '../src/contract.ts'
import { headersFrom } from '../src/value/headers.ts'
import { text } from '../src/value/result.ts'
import { requestTarget } from '../src/value/target.ts'
import type { Case } from './rounds.ts'

/** What a browser sends. */
const LINES: readonly (readonly [string, string])[] = [
  ['host', 'example.org'],
  ['connection', 'keep-alive'],
  ['sec-ch-ua', '"Chromium";v="156", "Not.A/Brand";v="24"'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  ],
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['sec-fetch-site', 'same-origin'],
  ['sec-fetch-mode', 'navigate'],
  ['referer', 'https://example.org/cards'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['accept-language', 'en-GB,en;q=0.9,ja;q=0.8'],
]
const TARGET = '/cards/7?lang=ja'

const server = serverFacts()
const app: App = () => text('hello')
const frozen: RequestHeaders = headersFrom(LINES)

function head(): { method: string; path: string; headers: RequestHeaders; options: CallOptions } {
  const { path, query } = requestTarget('GET', TARGET)
  return { method: 'GET', path, headers: headersFrom(LINES), options: optionsOf(query) }
}

function optionsOf(query: string | null): CallOptions {
  const call = new Call(server, silentLog)
  return new CallOptions(call, new WholeInput(null, server.limits.body), {
    query,
    mount: '',
    http: '1.1',
    client: '127.0.0.1',
    protocol: 'http',
    deadline: null,
    upgrade: null,
  })
}

const hono = new Hono()
hono.get('/cards/:id', (c) => c.text('hello'))
const init = { headers: Object.fromEntries(LINES) }
const URL_TEXT = `http://example.org${TARGET}`
const made = new Request(URL_TEXT, init)

export const CASES: readonly Case[] = [
  { name: 'Hagaki: head and options from parts', run: head },
  { name: 'Hagaki: options alone, headers reused', run: () => optionsOf('lang=ja') },
  {
    name: 'Hagaki: head, options, call, answer checked',
    run: () => {
      const { method, path, headers, options } = head()
      return outgoing(app(method, path, headers, options, server) as Result, method)
    },
  },
  {
    name: 'Hagaki: the same, headers reused',
    run: () => outgoing(app('GET', '/cards/7', frozen, optionsOf('lang=ja'), server) as Result, 'GET'),
  },
  { name: 'new Request(url, { headers })', run: () => new Request(URL_TEXT, init) },
  { name: 'Hono: fetch of a new Request', run: () => hono.fetch(new Request(URL_TEXT, init)) },
  { name: 'Hono: fetch of a Request made before', run: () => hono.fetch(made) },
]
