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

const ERRORS = process.stderr
const AFTER_REPLY: readonly unknown[] = []
const VERSION = [1, 3]

/** What a Rack server puts beside the request: the same for all of them. */
const CONSTANTS: Environment = {
  'rack.version': VERSION,
  'rack.errors': ERRORS,
  'rack.multithread': true,
  'rack.multiprocess': false,
  'rack.run_once': false,
  'rack.url_scheme': 'http',
  'rack.hijack?': true,
  'rack.after_reply': AFTER_REPLY,
  SCRIPT_NAME: '',
  SERVER_SOFTWARE: 'bench',
  SERVER_NAME: 'localhost',
  SERVER_PORT: '9292',
  GATEWAY_INTERFACE: 'CGI/1.2',
}

/** As a server has to: it does not know which fields will come. V8 makes a hash table of it. */
function environment(): Environment {
  const env: Environment = { ...CONSTANTS }
  const mark = TARGET.indexOf('?')
  env['REQUEST_METHOD'] = 'GET'
  env['REQUEST_URI'] = TARGET
  env['PATH_INFO'] = TARGET.slice(0, mark)
  env['QUERY_STRING'] = TARGET.slice(mark + 1)
  env['SERVER_PROTOCOL'] = 'HTTP/1.1'
  env['REMOTE_ADDR'] = '127.0.0.1'
  env['rack.input'] = null
  for (const [name, value] of LINES) env[`HTTP_${name.toUpperCase().replaceAll('-', '_')}`] = value
  return env
}

/** The best case, which no server could write: one literal with the fields of this very request. */
function literal(): Environment {
  const mark = TARGET.indexOf('?')
  return {
    'rack.version': VERSION,
    'rack.errors': ERRORS,
    'rack.multithread': true,
    'rack.multiprocess': false,
    'rack.run_once': false,
    'rack.url_scheme': 'http',
    'rack.hijack?': true,
    'rack.after_reply': AFTER_REPLY,
    SCRIPT_NAME: '',
    SERVER_SOFTWARE: 'bench',
    SERVER_NAME: 'localhost',
    SERVER_PORT: '9292',
    GATEWAY_INTERFACE: 'CGI/1.2',
    REQUEST_METHOD: 'GET',
    REQUEST_URI: TARGET,
    PATH_INFO: TARGET.slice(0, mark),
    QUERY_STRING: TARGET.slice(mark + 1),
    SERVER_PROTOCOL: 'HTTP/1.1',
    REMOTE_ADDR: '127.0.0.1',
    'rack.input': null,
    HTTP_HOST: LINES[0]![1],
    HTTP_CONNECTION: LINES[1]![1],
    HTTP_SEC_CH_UA: LINES[2]![1],
    HTTP_USER_AGENT: LINES[3]![1],
    HTTP_ACCEPT: LINES[4]![1],
    HTTP_SEC_FETCH_SITE: LINES[5]![1],
    HTTP_SEC_FETCH_MODE: LINES[6]![1],
    HTTP_REFERER: LINES[7]![1],
    HTTP_ACCEPT_ENCODING: LINES[8]![1],
    HTTP_ACCEPT_LANGUAGE: LINES[9]![1],
  }
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
  {
    name: 'env-literal',
    title: 'environment: known shape, handle',
    kind: 'peer',
    run: () => rackHandler(literal()),
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
