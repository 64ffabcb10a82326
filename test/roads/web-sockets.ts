/**
 * A service on WebSockets, its callers, and connections of `ws` that speak for themselves.
 *
 * @module
 */
import { once } from 'node:events'
import {
  type App,
  closeApp,
  failure,
  guard,
  mount,
  perform,
  type ResponseValue,
  raise,
  remote,
  request,
  service,
  silentLog,
  verbs,
} from 'hagaki'
import { type Running, serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { type WebSocketOptions, webSocket } from 'hagaki/websocket'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { encodeMessageFrame } from '../../src/wire/frames/codec.ts'
import { frame } from '../../src/wire/frames/frame.ts'
import { Seen } from './seen.ts'

export const Refused = failure('no_member', 'unauthenticated', z.object({}))
export const member = guard('member', ({ headers }) => {
  const name = /member=(\w+)/.exec(headers['cookie'] ?? headers['authorization'] ?? '')?.[1]
  return name ?? raise(Refused({}))
})
export const left = new Seen<string>()
const { reads, creates } = verbs({})
const guarded = verbs({ who: member })
const Text = z.object({ text: z.string() })
export const notes = service({
  add: creates('/notes', { accepts: Text, returns: Text }, ({ text }) => ({ text: `added ${text}` })),
  read: reads('/notes/{id}', { accepts: z.object({ id: z.number() }), returns: z.number() }, ({ id }) => id),
  who: guarded.reads('/who', { returns: z.string() }, (_, { who }) => who),
  count: stream.reads('/count', { gives: stream.items(z.number()) }, async function* () {
    try {
      for (let at = 0; ; at++) {
        await new Promise((resolve) => setImmediate(resolve))
        yield at
      }
    } finally {
      left.add('count')
    }
  }),
})

export interface Served {
  readonly url: string
  readonly running: Running
}

/** Served below /ws; `life` is the app whose life it is, where that is another. */
export async function served(app: App, life: App = app): Promise<Served> {
  const both = mount({ '/ws': app, '/life': life })
  const running = await serve(both, { port: 0, log: silentLog })
  onTestFinished(async () => {
    void running.close()
    await running.close({ now: true })
  })
  return { url: `${running.url.replace('http', 'ws')}/ws`, running }
}

export function calling(url: string, options: WebSocketOptions = {}): ReturnType<typeof webSocket> {
  const socket = webSocket(url, options)
  onTestFinished(() => socket.close())
  return socket
}

/** A WebSocket of `ws` whose upgrade has such fields; kept where somebody wants to end it. */
export function upgrading(
  headers: Record<string, string>,
  kept: WebSocket[] = [],
): NonNullable<WebSocketOptions['WebSocket']> {
  const made = class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers })
      kept.push(this)
    }
  }
  return made as unknown as NonNullable<WebSocketOptions['WebSocket']>
}

/** The status that an upgrade is answered with. */
export function refused(
  url: string,
  options: WebSocket.ClientOptions = {},
  protocols = ['hagaki.frames.1'],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, options)
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode!)
      response.resume()
    })
    socket.on('error', reject)
  })
}

export async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, ['hagaki.frames.1'])
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

export function frameOf(...[type, call, payload]: Parameters<typeof frame>): Buffer {
  return Buffer.from(encodeMessageFrame(frame(type, call, payload)))
}

export async function ask(
  url: string,
  parts: Parameters<typeof request>[2] = {},
  method = 'GET',
  path = '/',
): Promise<ResponseValue> {
  const app = remote(calling(url))
  onTestFinished(() => closeApp(app))
  return perform(app, request(method, path, parts))
}
