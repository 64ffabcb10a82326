/**
 * `overWebSocket`: an app, or a service by its names, over WebSockets.
 *
 * @module
 */
import type { Duplex as NodeDuplex } from 'node:stream'
import { life, living } from '../../call/life.ts'
import type { App, Duplex, Options, RequestHeaders, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { takeover } from '../../value/result.ts'
import { MAX_FRAME } from '../../wire/frames/frame.ts'
import { onAbort } from '../aborts.ts'
import { standing } from '../peer.ts'
import { roomIn } from '../room.ts'
import { Turn } from '../turn.ts'
import { FrameWorker } from '../worker.ts'
import { type Admits, admissionTo } from './admission.ts'
import { acceptance, asksForWebSocket, checkOrigin, type Origins } from './handshake.ts'
import { PROTOCOL, webSocketLink } from './link.ts'
import { loadWs } from './peer-library.ts'
import { Places } from './places.ts'
import { livesOn, type WsServer, type WsSocket, withoutHead } from './ws.ts'

export interface OverWebSocketOptions {
  /** Whose pages may connect: those of this host, by default; "https://example.com", ...; or any. */
  readonly origins?: Origins
  /**
   * Who lets an upgrade through, or raises a failure or fault: guards of the service, with the resources and guards
   * that they use, and functions of the head. Guards of handlers decide again for each call.
   */
  readonly admits?: readonly Admits[]
  /** Calls at once on one connection, by default 128. */
  readonly calls?: number
  /** Connections at once, by default 10,000. */
  readonly connections?: number
}

/**
 * An app that answers upgrades, where it is mounted: `mount({ '/ws': overWebSocket(notes) })`. On each
 * connection many calls and streams in both directions share, by path and by name. A call has the fields
 * that it sends, and those by which the upgrade said who is there: host, cookie, origin, forwarded; and
 * its authorization, where the call has none.
 *
 *   Faults  setup_faulty for guards that use what the app does not have, and at boot where the package `ws` is
 *           not installed; per upgrade origin_refused,
 *           call_refused, and what `admits` raises
 */
export function overWebSocket(app: App, options: OverWebSocketOptions = {}): App {
  const { origins = 'same', admits = [], calls = 128, connections = 10_000 } = options
  const admit = admissionTo(app, admits)
  const places = new Places(connections)
  let ws: WsServer | null = null
  const load = async (): Promise<WsServer> => {
    const { WebSocketServer } = await loadWs<{ WebSocketServer: new (how: object) => WsServer }>(
      'overWebSocket(...)',
    )
    // Compression of what is mostly small costs more than it saves, and memory for each connection.
    ws ??= new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_FRAME,
      perMessageDeflate: false,
      handleProtocols: () => PROTOCOL,
    })
    return ws
  }
  const answering: App = async (method, path, headers, around, server) => {
    if (path !== '/') throw new Fault('route_missing', { path })
    if (!asksForWebSocket(method, headers, around)) return [426, 'text/plain; charset=utf-8', {}, SPEAKS]
    checkOrigin(headers, origins)
    await admit({ head: { method, path, query: around.query, headers }, options: around, server })
    const place = places.take(around)
    const accepted = acceptance(headers, around.http)
    const upgrade = await load()
    const run = (duplex: Duplex): Promise<void> =>
      place(() => answered(upgrade, duplex, { app, headers, around, server, calls }))
    return [101, null, accepted, takeover(run)]
  }
  return living(
    answering,
    [app],
    life(
      async () => void (await load()),
      () => {},
    ),
  )
}

const SPEAKS = `Here is a WebSocket that speaks ${PROTOCOL}: connect with webSocket(url)\n`

interface Upgrade {
  readonly app: App
  readonly headers: RequestHeaders
  readonly around: Options
  readonly server: Server
  readonly calls: number
}

/** Resolves when the connection is over and every teardown has run. */
function answered(ws: WsServer, duplex: Duplex, upgrade: Upgrade): Promise<void> {
  const { app, headers, around, server, calls } = upgrade
  const { client, protocol, mount, signal, log } = around
  return new Promise((resolve) => {
    const peer = { client, protocol, mount, headers: standing(headers) }
    const worker = new FrameWorker(app, server, log, 'the service', resolve, { peer, maxCalls: calls })
    ws.handleUpgrade(...withoutHead(duplex as unknown as NodeDuplex, headers), (socket: WsSocket) => {
      const link = webSocketLink(socket, worker)
      const room = roomIn(duplex as unknown as NodeDuplex, () => socket.bufferedAmount)
      worker.attach({ ...link, turn: new Turn(() => {}), room })
      livesOn(socket, worker, duplex as unknown as NodeDuplex)
      // The server stops: who is here is sent elsewhere, once its calls are over.
      const leave = (): void => worker.leave('it is stopping')
      if (signal.aborted) leave()
      else onAbort(signal, leave)
    })
  })
}
