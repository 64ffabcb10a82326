/**
 * `webSocket`: a service behind a WebSocket, from browsers and from Node.
 *
 * @module
 */
import type { Transport } from '../../call/transport.ts'
import { Fault } from '../../fault.ts'
import { parseDuration } from '../../value/duration.ts'
import type { RequestHead } from '../../value/head.ts'
import { type ByName, byName } from '../by-name.ts'
import type { Link, LinkOwner } from '../link.ts'
import { Pool } from '../pool.ts'
import type { Started } from '../slot.ts'
import { type AnyWebSocket, PROTOCOL, webSocketLink } from './link.ts'
import { loadWs } from './peer-library.ts'

export type { ByName, ByNameOptions } from '../by-name.ts'

type Fields = { readonly [name: string]: string }

export interface WebSocketOptions {
  /** Sent with every call, such as `authorization`. A function is asked each time. */
  readonly headers?: Fields | (() => Fields | Promise<Fields>)
  /** Instead of the global one; where there is none, that of the package `ws` is taken. */
  readonly WebSocket?: new (
    url: string,
    protocols: string[],
  ) => AnyWebSocket
  /** How long an answer may take to begin, such as "30s". By default as long as it takes. */
  readonly timeout?: number | string
  /** How long a connection may take to be there and to say hello, by default "5s". */
  readonly connectTimeout?: number | string
  /** How often a sign of life is asked for, by default "10s"; false for never. */
  readonly ping?: number | string | false
}

export interface WebSocketTransport extends Transport, ByName {
  /** Ends the connection; the next call opens another one. */
  close(): Promise<void>
}

/**
 * Calls a service over one WebSocket, on which many calls and streams in both directions share. It is
 * opened by the first call and comes back by itself, after growing pauses; calls wait for it for 5 s, or twice
 * as long as it took to be there.
 *
 *   url     "wss://example.com/ws", or in a browser a path alone
 *   Fault   setup_faulty for what is no address; per call call_lost, call_refused, call_timeout
 */
export function webSocket(url: string, options: WebSocketOptions = {}): WebSocketTransport {
  if (!/^(?:wss?:\/\/[^\s#]+|\/[^\s#]*)$/i.test(url)) {
    const fix = 'Write it like "wss://example.com/ws", or in a browser "/ws"'
    throw new Fault('setup_faulty', { what: `webSocket("${url}")`, reason: 'it is no address', fix })
  }
  const { ping = '10s', connectTimeout = '5s', timeout, headers } = options
  const pool = new Pool({
    name: url,
    size: 1,
    timeoutMs: timeout === undefined ? null : parseDuration(timeout),
    optional: true,
    late: 'cancel',
    repeatsSafe: true,
    jitter: true,
    isTrusted: false,
    startMs: parseDuration(connectTimeout),
    pingMs: ping === false ? null : parseDuration(ping),
    fix: 'Look whether it runs there: overWebSocket(service)',
    start: (owner) => connected(url, options, owner),
  })
  return {
    name: url,
    life: pool.life,
    call: async (head, input, near) => pool.call(await withFields(head, headers), input, near),
    close: () => pool.close(),
    ...byName(url, (...call) => pool.invoke(...call)),
  }
}

// What is said for one call holds before what is said for all.
async function withFields(head: RequestHead, headers: WebSocketOptions['headers']): Promise<RequestHead> {
  const own = typeof headers === 'function' ? await headers() : headers
  if (own === undefined) return head
  const all: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of Object.entries(own)) all[name.toLowerCase()] = value
  return { ...head, headers: Object.freeze(Object.assign(all, head.headers)) }
}

// Where the library is still to be loaded, frames wait for that as they do for the connection.
function connected(url: string, options: WebSocketOptions, owner: LinkOwner): Started {
  let link: Link | null = null
  let ending: string | null = null
  let gone: () => void = () => {}
  const left = new Promise<void>((resolve) => {
    gone = resolve
  })
  const waiting: Parameters<Link['send']>[0][] = []
  const watched: LinkOwner = {
    frame: (frame) => owner.frame(frame),
    ended: (reason) => {
      owner.ended(reason)
      gone()
    },
  }
  const open = (Socket: NonNullable<WebSocketOptions['WebSocket']>): void => {
    if (ending !== null) return
    const opened = webSocketLink(new Socket(absolute(url), [PROTOCOL]), watched)
    link = opened
    for (const frame of waiting.splice(0)) opened.send(frame)
  }
  const Socket = options.WebSocket ?? (globalThis.WebSocket as WebSocketOptions['WebSocket'])
  if (Socket !== undefined) open(Socket)
  else {
    loadWs<{ WebSocket: NonNullable<WebSocketOptions['WebSocket']> }>('webSocket(...)')
      .then((ws) => open(ws.WebSocket))
      .catch((error: Error) => watched.ended(error.message))
  }
  const end = (reason: string): void => {
    if (link !== null) return link.end(reason)
    if (ending !== null) return
    ending = reason
    watched.ended(reason)
  }
  return {
    link: { send: (frame) => void (link === null ? waiting.push(frame) : link.send(frame)), end },
    stop: async () => {
      end('the client is closed')
      await left
    },
    kill: () => end('it did not answer'),
  }
}

// Not every browser takes a path.
function absolute(url: string): string {
  if (!url.startsWith('/')) return url
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  const base = location?.href ?? ''
  return new URL(url, base.replace(/^http/, 'ws')).href
}
