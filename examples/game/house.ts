/**
 * The house: the same handlers over HTTP, WebSockets and raw TCP, in one process.
 *
 * @module
 */
import { type App, type Log, mount } from 'hagaki'
import { serve } from 'hagaki/server'
import { overWebSocket } from 'hagaki/websocket'
import { work } from 'hagaki/work'
import { game } from './game.ts'

export interface House {
  /** Where players reach it: "http://...", "ws://.../ws", "tcp://...". */
  readonly doors: { readonly http: string; readonly webSocket: string; readonly tcp: string }
  readonly close: () => Promise<void>
}

/** Opens it, on ports of loopback; 0 takes any free one. */
export async function openHouse({
  port = 9292,
  tcpPort = 9293,
  log,
}: {
  port?: number
  tcpPort?: number
  log?: Log
} = {}): Promise<House> {
  const app: App = mount({ '/ws': overWebSocket(game), '/': game })
  const running = await serve(app, { port, ...(log && { log }) })
  const working = await work(game, { listen: `tcp://127.0.0.1:${tcpPort}`, ...(log && { log }) })
  return {
    doors: {
      http: running.url,
      webSocket: `${running.url.replace('http', 'ws')}/ws`,
      tcp: working.addresses[0]!,
    },
    close: async () => {
      await Promise.all([running.close(), working.close()])
    },
  }
}
