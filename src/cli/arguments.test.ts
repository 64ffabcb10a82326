import { expect, test } from 'vitest'
import { parseCommand } from './arguments.ts'
import { UsageError } from './usage-error.ts'

test('a module is served on port 9292 of this machine alone, unless told otherwise', () => {
  const table: [args: string[], port: number, host: string][] = [
    [['app.ts'], 9292, '127.0.0.1'],
    [['app.ts', '-p', '8080'], 8080, '127.0.0.1'],
    [['-p8080', 'app.ts', '--host', '0.0.0.0'], 8080, '0.0.0.0'],
    [['--port=0', '--host=::', 'app.ts'], 0, '::'],
    [['--port', '65535', '--', 'app.ts'], 65_535, '127.0.0.1'],
  ]
  for (const [args, port, host] of table) {
    expect(parseCommand(args), args.join(' ')).toEqual({
      name: 'serve',
      module: 'app.ts',
      port,
      host,
      unix: null,
      server: null,
      workers: null,
      environment: 'development',
      tls: null,
      watch: false,
      limits: {},
      budget: null,
      foreign: {},
    })
  }
})

test('what is no request says how it is written', () => {
  const table: [args: string[], said: string][] = [
    [[], 'try which request? Write: hagaki try app.ts GET /'],
    [['cards'], '"cards" is no path. Write: hagaki try app.ts /cards'],
    [['GET', 'cards?a=1'], '"cards?a=1" is no path. Write: hagaki try app.ts GET /cards?a=1'],
    [['http://localhost:9292/cards'], 'is no path. Write: hagaki try app.ts /cards'],
    [['http://localhost:9292'], 'is no path. Write: hagaki try app.ts /'],
    [['/cards', 'POST'], 'the method comes first. Write: hagaki try app.ts POST /cards'],
    [['DELETE'], 'DELETE what? Write: hagaki try app.ts DELETE /'],
  ]
  for (const [args, said] of table)
    expect(() => parseCommand(['try', 'app.ts', ...args]), args.join(' ')).toThrow(said)
  expect(parseCommand(['try', 'app.ts', 'OPTIONS', '*'])).toMatchObject({ method: 'OPTIONS', target: '*' })
})

test('help and version may be words, as elsewhere', () => {
  expect(parseCommand(['help'])).toEqual({ name: 'help', topic: 'serve' })
  expect(parseCommand(['help', 'work'])).toEqual({ name: 'help', topic: 'work' })
  expect(parseCommand(['version'])).toEqual({ name: 'version' })
})

test('how it is served comes from options', () => {
  const table: [args: string[], command: object][] = [
    [['-s', 'http1'], { server: 'http1' }],
    [['--server=node-http'], { server: 'node-http' }],
    [['-w', '2'], { workers: 2 }],
    [['--workers=auto'], { workers: 'auto' }],
    [['--unix', '/run/a.sock'], { unix: '/run/a.sock' }],
    [['--tls-cert', 'c.pem', '--tls-key', 'k.pem'], { tls: { cert: 'c.pem', key: 'k.pem' } }],
    [['--watch'], { watch: true }],
    [['--budget', '256mb'], { budget: 256 * 1024 ** 2 }],
    [['--budget=off'], { budget: false }],
    [
      ['--limit', 'body=10mb', '--limit=idleTimeout=5s'],
      { limits: { body: 10 * 1024 ** 2, idleTimeoutMs: 5_000 } },
    ],
  ]
  for (const [args, command] of table)
    expect(parseCommand(['app.ts', ...args]), args.join(' ')).toMatchObject(command)
})

test('the environment is told, else that of NODE_ENV where it is one, else development', () => {
  const table: [args: string[], NODE_ENV: string | undefined, environment: string][] = [
    [[], undefined, 'development'],
    [[], 'production', 'production'],
    [[], 'development', 'development'],
    [[], 'test', 'development'],
    [[], '', 'development'],
    [['-E', 'development'], 'production', 'development'],
    [['--environment=production'], undefined, 'production'],
  ]
  for (const [args, NODE_ENV, environment] of table) {
    const env = NODE_ENV === undefined ? {} : { NODE_ENV }
    expect(parseCommand(['app.ts', ...args], env)).toMatchObject({ environment })
    expect(parseCommand(['try', 'app.ts', '/', ...args], env)).toMatchObject({ environment })
  }
})

test('a request is tried by method and target, and the method may be left out', () => {
  const table: [args: string[], command: object][] = [
    [['GET', '/a'], { method: 'GET', target: '/a', fields: [], data: null, json: false, include: false }],
    [['/a?b=1'], { method: 'GET', target: '/a?b=1' }],
    [['/a', '-d', 'x'], { method: 'POST', target: '/a', data: 'x' }],
    [['OPTIONS', '*'], { method: 'OPTIONS', target: '*' }],
    [['/a', '-H', 'k: v', '--header=l: w'], { fields: ['k: v', 'l: w'] }],
    [['PUT', '/a', '-d', '', '--json', '-i'], { method: 'PUT', data: '', json: true, include: true }],
  ]
  for (const [args, command] of table)
    expect(parseCommand(['try', 'app.ts', ...args]), args.join(' ')).toMatchObject({
      name: 'try',
      module: 'app.ts',
      ...command,
    })
})

test('a contract goes to standard output, or to a file', () => {
  expect(parseCommand(['contract', 'notes.ts'])).toEqual({
    name: 'contract',
    module: 'notes.ts',
    output: null,
    client: false,
    check: null,
    strict: false,
  })
  for (const args of [['-o', 'a.json'], ['--output', 'a.json'], ['--output=a.json']]) {
    expect(parseCommand(['contract', 'notes.ts', ...args])).toMatchObject({ output: 'a.json' })
  }
  expect(parseCommand(['contract', 'notes.ts', '--client'])).toMatchObject({ client: true })
  expect(parseCommand(['./contract'])).toMatchObject({ name: 'serve', module: './contract' })
})

test('help is for who asks, and for who says nothing', () => {
  for (const args of [[], ['-h'], ['--help'], ['app.ts', '--help']])
    expect(parseCommand(args)).toEqual({ name: 'help', topic: 'serve' })
  for (const topic of ['contract', 'try', 'routes', 'openapi'] as const)
    for (const args of [
      [topic, '-h'],
      [topic, 'app.ts', '--help'],
    ])
      expect(parseCommand(args)).toEqual({ name: 'help', topic })
  for (const args of [['-V'], ['--version']]) expect(parseCommand(args)).toEqual({ name: 'version' })
})

test('a contract is checked instead of written; routes and documents have options of their own', () => {
  expect(parseCommand(['contract', 'a.ts', '--check', 'a.json', '--strict'])).toEqual({
    name: 'contract',
    module: 'a.ts',
    output: null,
    client: false,
    check: 'a.json',
    strict: true,
  })
  expect(parseCommand(['routes', 'a.ts', '--json'])).toEqual({ name: 'routes', module: 'a.ts', json: true })
  expect(parseCommand(['openapi', 'a.ts', '--server', '/a', '--server', '/b', '--title', 'T'])).toEqual({
    name: 'openapi',
    module: 'a.ts',
    output: null,
    title: 'T',
    apiVersion: null,
    description: null,
    servers: ['/a', '/b'],
    host: null,
  })
})

test('what makes no sense is refused with what would', () => {
  const table: [args: string[], reason: RegExp][] = [
    [['--prot', '80', 'app.ts'], /^Unknown option '--prot': did you mean --port\?$/],
    [['app.ts', '--wacth'], /^Unknown option '--wacth': did you mean --watch\?$/],
    [['app.ts', '--quite-another'], /^Unknown option '--quite-another'$/],
    [['app.ts', '-x'], /^Unknown option '-x'$/],
    [['app.ts', '-p'], /'-p, --port <value>' argument missing/],
    [['app.ts', '--watch=yes'], /'--watch' does not take an argument/],
    [['app.ts', 'other.ts'], /^one module at a time, and "other.ts" is another$/],
    [['contract', 'a.ts', 'b.ts'], /^one module at a time, and "b.ts" is another$/],
    [['contract'], /^contract of which module\? Write: hagaki contract app\.ts$/],
    [['try'], /^try which module\? Write: hagaki try app\.ts GET \/$/],
    [['try', 'app.ts'], /^try which request\? Write: hagaki try app\.ts GET \/$/],
    [['try', 'app.ts', 'GET'], /^GET what\? Write: hagaki try app\.ts GET \/$/],
    [['try', 'app.ts', 'GET', '/a', '/b'], /^one request at a time, and "\/b" is another$/],
    [['-p', '80'], /^which module\? Write: hagaki app\.ts$/],
    [['contract', 'a.ts', '-p', '80'], /^Unknown option '-p': it goes with hagaki MODULE only$/],
    [
      ['contract', 'a.ts', '--host', 'a'],
      /^Unknown option '--host': it goes with hagaki MODULE and hagaki openapi only$/,
    ],
    [['a.ts', '-o', 'b'], /^Unknown option '-o': it goes with hagaki contract and hagaki openapi only$/],
    [['a.ts', '--json'], /^Unknown option '--json': it goes with hagaki try and hagaki routes only$/],
    [['a.ts', '--check', 'b'], /^Unknown option '--check': it goes with hagaki contract only$/],
    [['contract', 'a.ts', '--check', 'b', '--client'], /^--check does not go with --client/],
    [['contract', 'a.ts', '--check', 'b', '-o', 'c'], /^--check does not go with --output/],
    [['contract', 'a.ts', '--strict'], /^--strict needs --check/],
    [['routes'], /^routes of which module\? Write: hagaki routes app\.ts$/],
    [['openapi', 'a.ts', 'b.ts'], /^one module at a time/],
    [['a.ts', '--host', ''], /^--host is empty: use 127\.0\.0\.1/],
    [['a.ts', '--unix', ''], /^--unix is empty: name a file/],
    [['a.ts', '--unix', 'a.sock', '-p', '0'], /^--port does not go with --unix/],
    [['a.ts', '--unix', 'a.sock', '--host', '::'], /^--host does not go with --unix/],
    [['a.ts', '-s', 'nginx'], /^--server "nginx" is not known: use http1 or node-http$/],
    [['a.ts', '-E', 'prod'], /^--environment "prod" is not known: use development or production$/],
    [['a.ts', '--tls-key', 'k'], /^--tls-key needs --tls-cert/],
    [['a.ts', '--tls-cert', 'c'], /^--tls-cert needs --tls-key/],
    [['a.ts', '--limit', 'bdy=1'], /^there is no limit "bdy": did you mean body\?$/],
  ]
  for (const budget of ['', '0mb', '256', '1.5gb', 'none', '-1mb'])
    table.push([['a.ts', `--budget=${budget}`], /is no size: use such as 256mb or 1gb, or off$/])
  for (const workers of ['0', '-1', '1025', 'all', '2.5', ''])
    table.push([['a.ts', `--workers=${workers}`], /is no number of workers: use 1 to 1024, or auto/])
  for (const port of ['65536', '-1', '80a', '1e3', '', ' 80', '0x50', '99999999']) {
    table.push([['a.ts', `--port=${port}`], /is no port: use 1 to 65535, or 0 for any free one$/])
  }
  for (const [args, reason] of table) {
    const parse = (): unknown => parseCommand(args)
    expect(parse, args.join(' ')).toThrow(UsageError)
    expect(parse, args.join(' ')).toThrow(reason)
  }
})

test('a worker listens where it is told, and is told with whom it speaks', () => {
  const plain = {
    ...{ name: 'work', module: 'app.ts', listen: [], nats: null, tls: null, trusted: null },
    ...{ environment: 'development', limits: {}, budget: null, foreign: {} },
  }
  const tls = { cert: 'c', key: 'k', ca: null }
  const nats = { over: ['nats://n1'], name: 'notes', creds: null }
  const table: [args: string, command: object][] = [
    ['--listen unix:a.sock', { listen: ['unix:a.sock'], tls: null, trusted: null }],
    [
      '--listen unix:a --listen tcp://b:1 --trusted',
      { listen: ['unix:a', 'tcp://b:1'], tls: null, trusted: true },
    ],
    ['--listen tcp://b:1 --tls-cert c --tls-key k', { listen: ['tcp://b:1'], tls, trusted: null }],
    [
      '--listen tcp://b:1 --tls-cert c --tls-key k --tls-ca a',
      { listen: ['tcp://b:1'], tls: { ...tls, ca: 'a' }, trusted: null },
    ],
    ['--over nats://n1 --name notes', { nats }],
    ['--listen unix:a --budget 64mb', { listen: ['unix:a'], budget: 64 * 1024 ** 2 }],
    ['--listen unix:a --budget off', { listen: ['unix:a'], budget: false }],
    ['--over nats://n1 --name notes --listen unix:a', { nats, listen: ['unix:a'] }],
    [
      '--over tls://n1 --over tls://n2 --name notes --creds f --tls-ca a',
      {
        nats: { over: ['tls://n1', 'tls://n2'], name: 'notes', creds: 'f' },
        tls: { cert: null, key: null, ca: 'a' },
      },
    ],
  ]
  for (const [args, command] of table) {
    expect(parseCommand(['work', 'app.ts', ...args.split(' ')]), args).toEqual({ ...plain, ...command })
  }
})

test('a worker that is told nowhere, or half of what TLS needs, is refused', () => {
  const table: [args: string, reason: string][] = [
    ['work', 'which module works? Write: hagaki work app.ts --listen unix:/run/app.sock'],
    ['work app.ts', 'where? Give --listen unix:/run/notes.sock, --listen tcp://127.0.0.1:7000, or --over'],
    ['work app.ts --over nats://n1', '--over needs --name: what gateways call the app'],
    ['work app.ts --listen unix:a --name notes', '--name needs --over: where NATS is'],
    ['work app.ts --listen unix:a --creds f', '--creds needs --over'],
    ['work app.ts --over tls://n1 --name n --listen tcp://b:1 --tls-ca a', 'start one program for each'],
    ['work app.ts --listen tcp://b:1 --tls-ca a', '--tls-ca needs --tls-cert and --tls-key'],
    ['work app.ts --listen tcp://b:1 --tls-cert a', '--tls-cert needs --tls-key'],
    ['work app.ts --listen unix:a --tls-cert a --tls-key b', '--tls-cert is for tcp'],
    ['work app.ts --port 1', 'it goes with hagaki MODULE only'],
  ]
  for (const [args, reason] of table) expect(() => parseCommand(args.split(' ')), args).toThrow(reason)
})
