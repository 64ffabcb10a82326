/**
 * The experiment that the design began with, rebuilt: in Rack and WSGI a server makes an environment
 * for each request, one dictionary of everything under CGI names, and to copy it took longer than to
 * handle the request. Copied, built, and used again, before a trivial handler; then our five arguments.
 *
 * @module
 */
import type { App, Options, RequestHeaders, Result } from '../../src/contract.ts'
import { built } from './built.ts'
import { LINES, TARGET } from './head.ts'
import type { Case, Experiment } from './rounds.ts'

type Environment = Record<string, unknown>

const [{ Call }, { silentLog }, { CallOptions }, { serverFacts }, headers, { requestTarget }] =
  await Promise.all([
    built('call/call.js'),
    built('call/log.js'),
    built('call/options.js'),
    built('call/server-facts.js'),
    built('value/headers.js'),
    built('value/target.js'),
  ])

/** What a Rack server puts beside the request: the same for all of them, and copied all the same. */
const CONSTANTS: Environment = {
  'rack.version': [1, 3],
  'rack.errors': process.stderr,
  'rack.multithread': true,
  'rack.multiprocess': false,
  'rack.run_once': false,
  'rack.url_scheme': 'http',
  'rack.hijack?': true,
  'rack.after_reply': [],
  SCRIPT_NAME: '',
  SERVER_SOFTWARE: 'bench',
  SERVER_NAME: 'localhost',
  SERVER_PORT: '9292',
  GATEWAY_INTERFACE: 'CGI/1.2',
}

// A table, as a careful server has one: names made for each request would turn the dictionary into a
// hash table, which V8 copies seven times slower.
const CGI_NAMES = new Map(LINES.map(([name]) => [name, `HTTP_${name.toUpperCase().replaceAll('-', '_')}`]))

function environment(): Environment {
  const env: Environment = { ...CONSTANTS }
  const mark = TARGET.indexOf('?')
  env['REQUEST_METHOD'] = 'GET'
  env['REQUEST_URI'] = TARGET
  env['PATH_INFO'] = TARGET.slice(0, mark)
  env['QUERY_STRING'] = TARGET.slice(mark + 1)
  env['SERVER_PROTOCOL'] = env['HTTP_VERSION'] = 'HTTP/1.1'
  env['REMOTE_ADDR'] = '127.0.0.1'
  env['rack.input'] = null
  for (const [name, value] of LINES) env[CGI_NAMES.get(name)!] = value
  return env
}

const rackHandler = (env: Environment): readonly unknown[] =>
  env['PATH_INFO'] === '/cards/7' ? [200, { 'content-type': 'text/html' }, ['<h1>Hello</h1>']] : [404, {}, []]
const NO_HEADERS = Object.freeze(Object.create(null) as Record<string, string>)
const app: App = (_method, path): Result =>
  path === '/cards/7' ? [200, 'text/html', NO_HEADERS, '<h1>Hello</h1>'] : [404, null, NO_HEADERS, null]

const server = serverFacts()
function optionsOf(query: string | null): Options {
  return new CallOptions(new Call(server, silentLog), null, {
    query,
    mount: '',
    http: '1.1',
    client: '127.0.0.1',
    protocol: 'http',
    deadline: null,
    upgrade: null,
  })
}

const env = environment()
const frozen: RequestHeaders = headers.headersFrom(LINES)
const reused = optionsOf('lang=ja')

const CASES: readonly Case[] = [
  { name: 'copy', title: 'environment: copy alone', kind: 'peer', run: () => ({ ...env }) },
  {
    name: 'env-copied',
    title: 'environment: copy, handle',
    kind: 'peer',
    run: () => rackHandler({ ...env }),
  },
  {
    name: 'env-built',
    title: 'environment: build, handle',
    kind: 'peer',
    run: () => rackHandler(environment()),
  },
  { name: 'env-reused', title: 'environment: reuse, handle', kind: 'peer', run: () => rackHandler(env) },
  {
    name: 'built',
    title: 'five arguments: build, handle',
    kind: 'ours',
    run: () => {
      const { path, query } = requestTarget('GET', TARGET)
      return app('GET', path, headers.headersFrom(LINES), optionsOf(query), server)
    },
  },
  {
    name: 'headers-reused',
    title: 'five arguments: reuse headers, handle',
    kind: 'ours',
    run: () => {
      const { path, query } = requestTarget('GET', TARGET)
      return app('GET', path, frozen, optionsOf(query), server)
    },
  },
  {
    name: 'reused',
    title: 'five arguments: reuse all, handle',
    kind: 'ours',
    run: () => app('GET', '/cards/7', frozen, reused, server),
  },
]

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'kwatch',
    title: 'an environment, or five arguments',
    base: 'env-reused',
    cases: CASES,
    targets: [],
  },
]
