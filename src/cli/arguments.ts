/**
 * The command line as data.
 *
 * @module
 */
import { parseArgs } from 'node:util'
import type { Environment } from '../contract.ts'
import type { ServerKind } from '../server/serve.ts'
import { nearest } from '../value/nearest.ts'
import { parseSize } from '../value/size.ts'
import { CHECK_WORKER, readCheckWorker, splitProgram } from './check-worker-arguments.ts'
import type {
  Command,
  ContractCommand,
  OpenApiCommand,
  ServeCommand,
  Topic,
  TryCommand,
  WorkCommand,
} from './command.ts'
import { FOREIGN, parseForeign } from './foreign-options.ts'
import { parseLimits } from './limit-option.ts'
import { parseNats } from './nats-option.ts'
import { UsageError } from './usage-error.ts'

const EVERYWHERE = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

const SERVE = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  unix: { type: 'string' },
  server: { type: 'string', short: 's' },
  workers: { type: 'string', short: 'w' },
  environment: { type: 'string', short: 'E' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  watch: { type: 'boolean' },
  limit: { type: 'string', multiple: true },
  budget: { type: 'string' },
  ...FOREIGN,
  ...EVERYWHERE,
} as const

const WORK = {
  listen: { type: 'string', multiple: true },
  over: { type: 'string', multiple: true },
  name: { type: 'string' },
  creds: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-ca': { type: 'string' },
  trusted: { type: 'boolean' },
  environment: { type: 'string', short: 'E' },
  limit: { type: 'string', multiple: true },
  budget: { type: 'string' },
  ...FOREIGN,
  ...EVERYWHERE,
} as const

const TRY = {
  header: { type: 'string', short: 'H', multiple: true },
  data: { type: 'string', short: 'd' },
  json: { type: 'boolean' },
  include: { type: 'boolean', short: 'i' },
  environment: { type: 'string', short: 'E' },
  python: FOREIGN.python,
  venv: FOREIGN.venv,
  ruby: FOREIGN.ruby,
  ...EVERYWHERE,
} as const

const CONTRACT = {
  output: { type: 'string', short: 'o' },
  client: { type: 'boolean' },
  check: { type: 'string' },
  strict: { type: 'boolean' },
  ...EVERYWHERE,
} as const

const ROUTES = { json: { type: 'boolean' }, ...EVERYWHERE } as const

const OPENAPI = {
  output: { type: 'string', short: 'o' },
  title: { type: 'string' },
  'api-version': { type: 'string' },
  description: { type: 'string' },
  server: { type: 'string', multiple: true },
  host: { type: 'string' },
  ...EVERYWHERE,
} as const

const OPTIONS = {
  serve: SERVE,
  work: WORK,
  try: TRY,
  contract: CONTRACT,
  routes: ROUTES,
  openapi: OPENAPI,
  'check-worker': { ...CHECK_WORKER, ...EVERYWHERE },
} as const
const COMMANDS = ['work', 'try', 'contract', 'routes', 'openapi', 'check-worker'] as const
const SERVERS: readonly ServerKind[] = ['http1', 'node-http']

/** `env` is the process's: NODE_ENV is looked at. Throws UsageError. */
export function parseCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  // As git and npm take them; a file of such a name is ./help.
  if (args[0] === 'help') return { name: 'help', topic: topicOf(args.slice(1)) }
  if (args[0] === 'version' && args.length === 1) return { name: 'version' }
  const topic = topicOf(args)
  if (topic === 'check-worker') return checked(args)
  const common = parsed(args, topic)
  if (common.values['help'] === true || args.length === 0) return { name: 'help', topic }
  if (common.values['version'] === true) return { name: 'version' }
  const words = topic === 'serve' ? common.positionals : common.positionals.slice(1)
  const [module, ...rest] = words
  if (module === undefined) throw new UsageError(WHICH[topic])
  switch (topic) {
    case 'serve':
      return serve(module, rest, args, env)
    case 'work':
      only(rest)
      return worked(module, args, env)
    case 'try':
      return tried(module, rest, args, env)
    case 'contract':
      only(rest)
      return contract(module, args)
    case 'routes':
      only(rest)
      return { name: 'routes', module, json: values(args, ROUTES).json === true }
    case 'openapi':
      only(rest)
      return document(module, args)
  }
}

const WHICH: { readonly [T in Exclude<Topic, 'check-worker'>]: string } = {
  serve: 'which module? Write: hagaki app.ts',
  work: 'which module works? Write: hagaki work app.ts --listen unix:/run/app.sock, or --over nats://n1 --name app',
  try: 'try which module? Write: hagaki try app.ts GET /',
  contract: 'contract of which module? Write: hagaki contract app.ts',
  routes: 'routes of which module? Write: hagaki routes app.ts',
  openapi: 'document of which module? Write: hagaki openapi app.ts',
}

function checked(args: readonly string[]): Command {
  const { ours, program } = splitProgram(args.slice(1))
  const { values: given } = parsed(ours, 'check-worker')
  if (given['help'] === true) return { name: 'help', topic: 'check-worker' }
  if (given['version'] === true) return { name: 'version' }
  return readCheckWorker(values(ours, OPTIONS['check-worker']), program)
}

/** A command is the first word: `hagaki ./try` serves a file of that name. */
export function topicOf(args: readonly string[]): Topic {
  return COMMANDS.find((one) => one === args[0]) ?? 'serve'
}

function serve(
  module: string,
  rest: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ServeCommand {
  // `hagaki serve app.ts`, `hagaki tyr app.ts /`: a file has an ending, or a path.
  if (rest.length > 0 && /^[a-z]+$/.test(module)) throw new UsageError(noCommand(module, rest[0]!))
  only(rest)
  const given = values(args, SERVE)
  for (const name of ['port', 'host'] as const) {
    if (given.unix !== undefined && given[name] !== undefined)
      throw new UsageError(`--${name} does not go with --unix: a socket is one or the other`)
  }
  return {
    name: 'serve',
    module,
    port: parsePort(given.port ?? '9292'),
    host: full('host', given.host ?? '127.0.0.1', NO_HOST),
    unix: given.unix === undefined ? null : full('unix', given.unix, 'name a file, such as /run/app.sock'),
    server: given.server === undefined ? null : oneOf('server', given.server, SERVERS),
    workers: given.workers === undefined ? null : parseWorkers(given.workers),
    environment: parseEnvironment(given.environment, env),
    tls: parseTls(given['tls-cert'], given['tls-key']),
    watch: given.watch === true,
    limits: parseLimits(given.limit ?? []),
    budget: given.budget === undefined ? null : parseBudget(given.budget),
    foreign: parseForeign(module, given),
  }
}

function worked(module: string, args: readonly string[], env: NodeJS.ProcessEnv): WorkCommand {
  const given = values(args, WORK)
  const { listen = [] } = given
  const nats = parseNats(given)
  if (listen.length === 0 && nats === null)
    throw new UsageError(
      'where? Give --listen unix:/run/notes.sock, --listen tcp://127.0.0.1:7000, or --over nats://n1 --name notes',
    )
  const pair = parseTls(given['tls-cert'], given['tls-key'])
  const ca = given['tls-ca'] ?? null
  const isListening = listen.some((one) => one.startsWith('tcp:'))
  if (ca !== null && pair === null && nats === null)
    throw new UsageError('--tls-ca needs --tls-cert and --tls-key')
  if (pair !== null && !isListening && nats === null)
    throw new UsageError('--tls-cert is for tcp: a unix socket does not leave this machine')
  if ((pair !== null || ca !== null) && isListening && nats !== null)
    throw new UsageError('--tls-cert and --tls-ca are for tcp or for NATS: start one program for each')
  return {
    name: 'work',
    module,
    listen,
    nats,
    tls: pair === null && ca === null ? null : { cert: pair?.cert ?? null, key: pair?.key ?? null, ca },
    trusted: given.trusted === true ? true : null,
    environment: parseEnvironment(given.environment, env),
    limits: parseLimits(given.limit ?? []),
    budget: given.budget === undefined ? null : parseBudget(given.budget),
    foreign: parseForeign(module, given),
  }
}

function noCommand(word: string, module: string): string {
  const near = nearest(word, COMMANDS)
  const fix = near === null ? `to serve a module write: hagaki ${module}` : `did you mean hagaki ${near}?`
  return `there is no command ${JSON.stringify(word)}: ${fix}`
}

function contract(module: string, args: readonly string[]): ContractCommand {
  const { output = null, client = false, check = null, strict = false } = values(args, CONTRACT)
  if (check !== null && output !== null)
    throw new UsageError('--check does not go with --output: look at the changes first, then write')
  if (check !== null && client)
    throw new UsageError('--check does not go with --client: compare whole contracts')
  if (strict && check === null) throw new UsageError('--strict needs --check: what there is to compare with')
  return { name: 'contract', module, output, client, check, strict }
}

function document(module: string, args: readonly string[]): OpenApiCommand {
  const given = values(args, OPENAPI)
  return {
    name: 'openapi',
    module,
    output: given.output ?? null,
    title: given.title ?? null,
    apiVersion: given['api-version'] ?? null,
    description: given.description ?? null,
    servers: (given.server ?? []).map(parseServer),
    host: given.host ?? null,
  }
}

// Relative ones begin with a slash, and a variable may stand for any part (OpenAPI 3.1, "Server Object").
function parseServer(text: string): string {
  if (/^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/|\/|\{)[^\s<>"\\^`]*$/.test(text)) return text
  throw new UsageError(
    `--server ${JSON.stringify(text)} is no URL: write such as https://example.com/api, or a path such as /api`,
  )
}

function tried(
  module: string,
  rest: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): TryCommand {
  const given = values(args, TRY)
  const [first, second, ...others] = rest
  // The method may be left out, as in curl.
  const bare = first?.startsWith('/') === true && second === undefined
  const target = bare ? first : second
  if (target === undefined || !/^[/*]/.test(target)) throw new UsageError(noTarget(module, first, second))
  if (others.length > 0)
    throw new UsageError(`one request at a time, and ${JSON.stringify(others[0])} is another`)
  const method = bare ? (given.data === undefined ? 'GET' : 'POST') : first!
  return {
    name: 'try',
    module,
    method,
    target,
    fields: given.header ?? [],
    data: given.data ?? null,
    json: given.json === true,
    include: given.include === true,
    environment: parseEnvironment(given.environment, env),
    foreign: parseForeign(module, given),
  }
}

function noTarget(module: string, first: string | undefined, second: string | undefined): string {
  if (first === undefined) return 'try which request? Write: hagaki try app.ts GET /'
  if (second !== undefined && first.startsWith('/'))
    return `the method comes first. Write: hagaki try ${module} ${second} ${first}`
  const [target, method] = second === undefined ? [first, ''] : [second, `${first} `]
  if (/^[A-Z]+$/.test(target)) return `${target} what? Write: hagaki try ${module} ${target} /`
  // No server is asked, so there is no host in it.
  const path = URL.canParse(target) ? target.replace(/^[^/]*\/\/[^/?#]*/, '') : target
  return `${JSON.stringify(target)} is no path. Write: hagaki try ${module} ${method}/${path.replace(/^\/+/, '')}`
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

function values<O extends Options>(
  args: readonly string[],
  options: O,
): ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>['values'] {
  return parseArgs({ args: [...args], options, allowPositionals: true }).values
}

// The options of one command, or what is wrong with them.
function parsed(
  args: readonly string[],
  topic: Topic,
): { values: Record<string, unknown>; positionals: string[] } {
  const options: Options = OPTIONS[topic]
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const said = message.replace(/\. To specify a positional.*$/s, '')
    throw new UsageError(code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? said + hint(said, topic) : said)
  }
}

// The same option of another command, or one that is spelled nearly so.
function hint(said: string, topic: Topic): string {
  const [, dashes, typed = ''] = /'(--?)([^'=]*)/.exec(said) ?? []
  const others = (Object.entries(OPTIONS) as [Topic, Options][]).filter(([other, options]) => {
    const names = Object.entries(options).flatMap(([name, { short }]) =>
      dashes === '-' ? (short ?? []) : name,
    )
    return other !== topic && names.includes(typed)
  })
  if (others.length > 0) {
    const commands = others.map(([other]) => (other === 'serve' ? 'hagaki MODULE' : `hagaki ${other}`))
    return `: it goes with ${commands.join(' and ')} only`
  }
  const long = dashes === '--' ? nearest(typed, Object.keys(OPTIONS[topic])) : null
  if (long !== null) return `: did you mean --${long}?`
  const shorts = Object.values<Options[string]>(OPTIONS[topic]).map(({ short }) => short)
  const short = shorts.find((one) => one?.toLowerCase() === typed.toLowerCase())
  return short === undefined || dashes === '--' ? '' : `: did you mean -${short}?`
}

function only(rest: readonly string[]): void {
  if (rest.length > 0) throw new UsageError(`one module at a time, and ${JSON.stringify(rest[0])} is another`)
}

function parseEnvironment(given: string | undefined, env: NodeJS.ProcessEnv): Environment {
  const known: readonly Environment[] = ['development', 'production']
  if (given !== undefined) return oneOf('environment', given, known)
  return known.find((one) => one === env['NODE_ENV']) ?? 'development'
}

function parseTls(cert: string | undefined, key: string | undefined): ServeCommand['tls'] {
  if (cert === undefined && key === undefined) return null
  if (cert === undefined)
    throw new UsageError('--tls-key needs --tls-cert: the certificate that goes with it')
  if (key === undefined) throw new UsageError('--tls-cert needs --tls-key: the key that goes with it')
  return { cert, key }
}

function parseWorkers(text: string): number | 'auto' {
  if (text === 'auto') return text
  if (/^[0-9]{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_024) return Number(text)
  throw new UsageError(
    `${JSON.stringify(text)} is no number of workers: use 1 to 1024, or auto for one per core`,
  )
}

function parseBudget(text: string): number | false {
  if (text === 'off') return false
  try {
    const bytes = parseSize(text)
    if (bytes > 0) return bytes
  } catch {}
  throw new UsageError(`--budget ${JSON.stringify(text)} is no size: use such as 256mb or 1gb, or off`)
}

function oneOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((one) => one === given)
  if (found !== undefined) return found
  throw new UsageError(`--${option} ${JSON.stringify(given)} is not known: use ${known.join(' or ')}`)
}

// Node takes an empty host for every address there is: an unset variable must not open a server to all.
const NO_HOST = 'use 127.0.0.1 for this machine alone, 0.0.0.0 for every address'

function full(option: string, text: string, fix: string): string {
  if (text !== '') return text
  throw new UsageError(`--${option} is empty: ${fix}`)
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^[0-9]{1,5}$/.test(text) && port < 65_536) return port
  throw new UsageError(`${JSON.stringify(text)} is no port: use 1 to 65535, or 0 for any free one`)
}
