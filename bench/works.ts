/**
 * What is measured over sockets: the rows, who takes part in each, and what was promised.
 *
 * @module
 */
import type { FigureKind, Target } from './report.ts'

/** A program that serves. */
export interface ServerProgram {
  readonly name: string
  readonly title: string
  readonly kind: FigureKind
  /** Below `servers/`. */
  readonly file: string
  readonly runtime: 'node' | 'bun' | 'deno'
  /** Behind the work and the folder. */
  readonly args?: readonly string[]
}

export const SERVERS: readonly ServerProgram[] = [
  { name: 'hagaki', title: 'Hagaki', kind: 'ours', file: 'hagaki.mjs', runtime: 'node', args: ['http1'] },
  {
    name: 'hagaki-node',
    title: 'Hagaki on node:http',
    kind: 'ours',
    file: 'hagaki.mjs',
    runtime: 'node',
    args: ['node-http'],
  },
  { name: 'node-http', title: 'node:http', kind: 'peer', file: 'node-http.mjs', runtime: 'node' },
  { name: 'fastify', title: 'Fastify', kind: 'peer', file: 'fastify.mjs', runtime: 'node' },
  { name: 'hono', title: 'Hono', kind: 'peer', file: 'hono.mjs', runtime: 'node' },
  { name: 'h3', title: 'h3', kind: 'peer', file: 'h3.mjs', runtime: 'node' },
  { name: 'express', title: 'Express', kind: 'peer', file: 'express.mjs', runtime: 'node' },
  { name: 'orpc', title: 'oRPC', kind: 'peer', file: 'orpc.mjs', runtime: 'node' },
  { name: 'trpc', title: 'tRPC', kind: 'peer', file: 'trpc.mjs', runtime: 'node' },
  {
    name: 'moleculer',
    title: 'node:http and Moleculer',
    kind: 'peer',
    file: 'moleculer.mjs',
    runtime: 'node',
  },
  { name: 'gunicorn', title: 'gunicorn, sync', kind: 'peer', file: 'gunicorn.mjs', runtime: 'node' },
  { name: 'puma', title: 'Puma', kind: 'peer', file: 'puma.mjs', runtime: 'node' },
  { name: 'grpc', title: 'node:http and gRPC', kind: 'peer', file: 'grpc.mjs', runtime: 'node' },
  {
    name: 'node-net',
    title: 'node:net, constant',
    kind: 'ceiling',
    file: 'node-net.mjs',
    runtime: 'node',
  },
  { name: 'bun', title: 'Bun', kind: 'ceiling', file: 'bun.mjs', runtime: 'bun' },
  { name: 'deno', title: 'Deno', kind: 'ceiling', file: 'deno.mjs', runtime: 'deno' },
]

/** Apps in other languages. */
type Foreign = 'wsgi' | 'flask' | 'rack' | 'sinatra'

export interface Work {
  readonly name: string
  readonly title: string
  /** What the servers are told to do. */
  readonly serve:
    | 'hello'
    | 'json'
    | 'upload'
    | 'stream'
    | 'lines'
    | 'file'
    | 'cards'
    | 'note'
    | 'routes'
    | 'rpc'
    | 'worker'
    | 'nats'
    | Foreign
  /** The script below `wrk/`; null for the row that counts memory. */
  readonly script: string | null
  /** Those of servers that speak otherwise, by name. */
  readonly scripts?: { readonly [server: string]: string }
  readonly servers: readonly string[]
  /** Those that a quick run measures. */
  readonly quick: readonly string[]
  /** True for several programs, which take seconds to start and warm: a quick run measures it when it is asked for by name. */
  readonly long?: boolean
  readonly targets: readonly Target[]
}

const FRAMEWORKS = ['hagaki', 'hagaki-node', 'node-http', 'fastify', 'hono', 'h3', 'express']
const PAIR = ['hagaki', 'node-http']
const atMost = (limit: number, ...against: readonly string[]): Target => ({
  of: 'hagaki',
  against,
  atMost: limit,
})

/** An app in another language, behind a gateway here and in its own server there. */
const foreign = (name: Foreign, title: string, peer: string, limit: number): Work => ({
  name,
  title: `${title}, 2 worker processes`,
  serve: name,
  script: 'hello.lua',
  servers: ['hagaki', peer],
  quick: ['hagaki', peer],
  long: true,
  targets: [atMost(limit, peer)],
})

export const WORKS: readonly Work[] = [
  {
    name: 'hello',
    title: 'hello, small head',
    serve: 'hello',
    script: 'hello.lua',
    servers: [...FRAMEWORKS, 'node-net', 'bun', 'deno'],
    quick: [...PAIR, 'node-net'],
    targets: [atMost(0.68, 'node-http'), atMost(1.12, 'node-net')],
  },
  {
    name: 'browser',
    title: 'hello, the ten fields of a browser',
    serve: 'hello',
    script: 'browser.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [atMost(0.63, 'node-http')],
  },
  {
    name: 'traceparent',
    title: 'the same, one field new each time',
    serve: 'hello',
    script: 'traceparent.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [atMost(0.72, 'node-http')],
  },
  {
    name: 'pipelined',
    title: 'hello, 16 pipelined',
    serve: 'hello',
    script: 'pipelined.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [atMost(0.12, 'node-http')],
  },
  {
    name: 'json',
    title: 'POST of 1 KiB of JSON, parsed and echoed',
    serve: 'json',
    script: 'json.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [atMost(0.7, 'node-http')],
  },
  {
    name: 'cards',
    title: 'twenty rows from SQLite, as JSON',
    serve: 'cards',
    script: 'hello.lua',
    servers: FRAMEWORKS,
    quick: PAIR,
    targets: [],
  },
  {
    name: 'upload',
    title: '1 MiB upload, buffered',
    serve: 'upload',
    script: 'upload.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [atMost(1, 'node-http')],
  },
  {
    name: 'stream',
    title: '1 MiB answer, streamed',
    serve: 'stream',
    script: 'hello.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [atMost(1, 'node-http')],
  },
  {
    name: 'lines',
    title: '32 lines of JSON, streamed',
    serve: 'lines',
    script: 'hello.lua',
    servers: [...FRAMEWORKS, 'bun', 'deno'],
    quick: PAIR,
    targets: [],
  },
  {
    name: 'file',
    title: '64 KiB file',
    serve: 'file',
    script: 'file.lua',
    servers: ['hagaki', 'hagaki-node', 'fastify', 'hono', 'express'],
    quick: ['hagaki', 'fastify'],
    targets: [atMost(0.6, 'fastify')],
  },
  {
    name: 'note',
    title: 'POST of 1 KiB of JSON, checked both ways',
    serve: 'note',
    script: 'json.lua',
    servers: ['hagaki', 'hagaki-node', 'fastify', 'hono'],
    quick: ['hagaki', 'fastify', 'hono'],
    targets: [atMost(0.75, 'fastify'), atMost(0.6, 'hono')],
  },
  {
    name: 'routes',
    title: 'GET with two parameters, one of 300 routes',
    serve: 'routes',
    script: 'routes.lua',
    servers: ['hagaki', 'hagaki-node', 'fastify', 'hono'],
    quick: ['hagaki', 'fastify'],
    targets: [atMost(0.72, 'fastify')],
  },
  {
    name: 'rpc',
    title: 'a typed client calls a handler',
    serve: 'rpc',
    script: 'rpc.lua',
    scripts: { orpc: 'rpc-orpc.lua', trpc: 'rpc-trpc.lua' },
    servers: ['hagaki', 'hagaki-node', 'orpc', 'trpc'],
    quick: ['hagaki', 'orpc', 'trpc'],
    targets: [atMost(0.35, 'orpc'), atMost(0.5, 'trpc')],
  },
  {
    name: 'socket',
    title: 'a small call, by way of a socket to a worker',
    serve: 'worker',
    script: 'rpc.lua',
    servers: ['hagaki', 'moleculer', 'grpc'],
    quick: ['hagaki', 'moleculer', 'grpc'],
    long: true,
    targets: [atMost(0.6, 'moleculer'), atMost(0.4, 'grpc')],
  },
  {
    name: 'nats',
    title: 'a small call, by way of NATS to a worker',
    serve: 'nats',
    script: 'rpc.lua',
    servers: ['hagaki', 'moleculer'],
    quick: ['hagaki', 'moleculer'],
    long: true,
    targets: [atMost(0.7, 'moleculer')],
  },
  {
    name: 'memory',
    title: 'an idle kept-alive connection',
    serve: 'hello',
    script: null,
    servers: FRAMEWORKS,
    quick: PAIR,
    targets: [atMost(6)],
  },
  foreign('wsgi', 'a bare WSGI function', 'gunicorn', 0.8),
  foreign('flask', 'hello from Flask', 'gunicorn', 0.85),
  foreign('rack', 'a bare Rack lambda', 'puma', 1),
  foreign('sinatra', 'hello from Sinatra', 'puma', 0.9),
]

/** What a row's figures are shown as multiples of. */
export function baseOf(work: Work): string {
  return ['node-http', 'fastify', 'orpc', 'moleculer'].find((name) => work.servers.includes(name)) ?? 'hagaki'
}
