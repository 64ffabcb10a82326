/**
 * llhttp, as undici ships it: the parser inside Node, without Node around it.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Parsed, ParsedRequest } from './parsed.ts'

const require = createRequire(import.meta.url)
const METHODS = Object.entries(
  (require('undici/lib/llhttp/constants.js') as { METHODS: Record<string, number> }).METHODS,
).map(([name, number]) => [number, name] as const)
const methodOf = new Map(METHODS)
const wasm = new WebAssembly.Module(require('undici/lib/llhttp/llhttp_simd-wasm.js') as BufferSource)

const REQUEST = 1
const OK = 0
const PAUSED_UPGRADE = 22

/** Which undici it is. */
export const VERSION: string = (
  JSON.parse(readFileSync(require.resolve('undici/package.json'), 'utf8')) as { version: string }
).version

interface Draft {
  target: string
  lines: [name: string, value: string][]
  trailers: [name: string, value: string][]
  body: string
  head: Omit<ParsedRequest, 'fields' | 'body' | 'trailers' | 'target'> | null
}

/** What llhttp makes of octets in one piece. It is asked for nothing behind a request that closes. */
export function parseByLlhttp(octets: Uint8Array): Parsed {
  const requests: ParsedRequest[] = []
  let draft: Draft = fresh()
  let [stopped, started] = [false, false]
  const text = (at: number, length: number): string =>
    Buffer.from(exports.memory.buffer, at, length).toString('latin1')
  const lines = (): [string, string][] => (draft.head === null ? draft.lines : draft.trailers)
  // A name or a value may come in several pieces, and an empty value in none.
  let inValue = true
  const { exports } = new WebAssembly.Instance(wasm, {
    env: {
      wasm_on_message_begin: () => {
        draft = fresh()
        started = true
        inValue = true
        return 0
      },
      wasm_on_url: (_p: number, at: number, length: number) => {
        draft.target += text(at, length)
        return 0
      },
      wasm_on_status: () => 0,
      wasm_on_header_field: (_p: number, at: number, length: number) => {
        if (inValue) lines().push(['', ''])
        inValue = false
        lines().at(-1)![0] += text(at, length)
        return 0
      },
      wasm_on_header_value: (_p: number, at: number, length: number) => {
        inValue = true
        lines().at(-1)![1] += text(at, length)
        return 0
      },
      wasm_on_headers_complete: (p: number, _status: number, upgrade: number, keepAlive: number) => {
        draft.head = {
          method: methodOf.get(exports.llhttp_get_method(p)) ?? '?',
          http: `${exports.llhttp_get_http_major(p)}.${exports.llhttp_get_http_minor(p)}`,
          last: keepAlive === 0 || upgrade !== 0,
        }
        inValue = true
        return 0
      },
      wasm_on_body: (_p: number, at: number, length: number) => {
        draft.body += text(at, length)
        return 0
      },
      wasm_on_message_complete: () => {
        const { head, target, lines: fields, trailers, body } = draft
        requests.push({ ...head!, target, fields, body, trailers })
        started = false
        if (!head!.last) return 0
        stopped = true
        return -1 // a user error: nothing behind it is read
      },
    },
  }) as unknown as { exports: Llhttp }

  const parser = exports.llhttp_alloc(REQUEST)
  const at = exports.malloc(octets.length)
  new Uint8Array(exports.memory.buffer).set(octets, at)
  const error = exports.llhttp_execute(parser, at, octets.length)
  if (stopped || error === PAUSED_UPGRADE) return { requests, refusal: null, waits: false }
  if (error === OK) return { requests, refusal: null, waits: started }
  const reason = exports.llhttp_get_error_reason(parser)
  const bytes = new Uint8Array(exports.memory.buffer, reason)
  return { requests, refusal: text(reason, bytes.indexOf(0)), waits: false }
}

function fresh(): Draft {
  return { target: '', lines: [], trailers: [], body: '', head: null }
}

interface Llhttp {
  readonly memory: { readonly buffer: ArrayBuffer }
  malloc(octets: number): number
  llhttp_alloc(type: number): number
  llhttp_execute(parser: number, at: number, length: number): number
  llhttp_get_method(parser: number): number
  llhttp_get_http_major(parser: number): number
  llhttp_get_http_minor(parser: number): number
  llhttp_get_error_reason(parser: number): number
}
