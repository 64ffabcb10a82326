/**
 * `toNode`: an app as a listener of an existing `node:http` or `node:https` server.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { answer } from '../call/answer.ts'
import { heldTo } from '../call/budgets.ts'
import { closeApp, openApp } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { type ServerFacts, serverFacts } from '../call/server-facts.ts'
import type { App, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type BudgetOption, budgetOf } from './budget.ts'
import type { NodeGateway } from './node-http/gateway.ts'
import { guard } from './node-http/guard.ts'

/** For `server.on('request', listener)`; the other members are listeners as well. */
export interface NodeListener {
  (req: IncomingMessage, res: ServerResponse): void
  /** For `checkContinue`: 100 is sent when the app asks for the body. */
  checkContinue(req: IncomingMessage, res: ServerResponse): void
  /** For `upgrade` and `connect`. */
  upgrade(req: IncomingMessage, socket: Duplex, early: Buffer): void
  /**
   * Resolves once no call is under way and what the app had opened is closed. What comes until then is answered, as
   * the last of its connection; what comes later gets 503, and the app is not opened again.
   */
  close(): Promise<void>
}

export interface ToNodeOptions extends ServerFacts {
  readonly log?: Log
  /** As for `serve`. */
  readonly budget?: BudgetOption
}

/**
 * Makes the listener. What the app needs is opened by the first request, which waits for it; when
 * that fails, the requests get 500 and the next one tries again. The limits on heads, idle
 * connections and time are those of the server that the listener is given to.
 */
export function toNode(app: App, options: ToNodeOptions = {}): NodeListener {
  const { log = consoleLog, budget, ...facts } = options
  const server = serverFacts(facts)
  const held = budgetOf(budget, server, log)
  heldTo(held, server)
  // For who calls this: a server of our own has no need of it.
  const loaded = import('./node-http/gateway.ts').then(
    ({ NodeGateway }) => new NodeGateway(app, server, log, { budget: held }),
  )
  let opened: NodeGateway | null = null
  let opening: Promise<NodeGateway> | null = null
  let closing: Promise<void> | null = null
  const open = async (): Promise<NodeGateway> => {
    try {
      const gateway = await loaded
      await openApp(app, server)
      opened = gateway
      return gateway
    } catch (error) {
      opening = null
      throw error
    }
  }
  const isOver = (): boolean => (opened === null ? closing !== null && opening === null : opened.isDrained)
  const enter = (run: (gateway: NodeGateway) => void, refuse: (thrown: unknown) => void): void => {
    if (isOver()) return refuse(new Fault('draining', {}))
    if (opened !== null) return run(opened)
    opening ??= open()
    opening.then(run, (error: unknown) => {
      log.error({ err: error }, 'The app did not open')
      refuse(null)
    })
  }
  const request = (req: IncomingMessage, res: ServerResponse, expects = false): void => {
    // Somebody looks on at the body, which waits until the app asks for it.
    if (req.readableFlowing === true) req.pause()
    enter(
      (gateway) => gateway.request(req, res, expects),
      (thrown) => refuse(res, thrown),
    )
  }
  const upgrade = (req: IncomingMessage, socket: Duplex, early: Buffer): void => {
    guard(socket)
    enter(
      (gateway) => gateway.upgrade(req, socket, early),
      () => socket.destroy(),
    )
  }
  const close = async (): Promise<void> => {
    const gateway = await loaded
    gateway.retire()
    await opening?.catch(() => {}) // calls that wait for that are under way as well
    await gateway.drain(server.limits.drainTimeoutMs, Promise.resolve())
    if (opened !== null) await closeApp(app)
  }
  return Object.assign((req: IncomingMessage, res: ServerResponse) => request(req, res), {
    checkContinue: (req: IncomingMessage, res: ServerResponse) => request(req, res, true),
    upgrade,
    close: () => (closing ??= close()),
  })
}

function refuse(res: ServerResponse, thrown: unknown): void {
  const [status, contentType, , body] = answer(thrown)
  res.writeHead(status, { 'content-type': contentType ?? '', connection: 'close' }).end(body as string)
}
