/**
 * The links of a worker program: those that came, and how they go.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { App, Log, Server } from '../contract.ts'
import { type Link, type LinkOwner, socketLink } from '../transport/link.ts'
import type { Peer } from '../transport/peer.ts'
import { FrameWorker } from '../transport/worker.ts'

/** Links at once; who comes then is turned away. */
const MAX_LINKS = 1_024
/** Milliseconds until a caller has said hello. */
const HELLO_MS = 10_000
/** Milliseconds without a word before the system looks whether the other machine is there. */
const KEEP_ALIVE_MS = 30_000

export class Links {
  readonly #app: App
  readonly #server: Server
  readonly #log: Log
  readonly #workers = new Set<FrameWorker>()
  #isLeaving = false
  #gone: (() => void) | null = null

  constructor(app: App, server: Server, log: Log) {
    this.#app = app
    this.#server = server
    this.#log = log
  }

  /** True when it takes no more: it is stopping, or has too many. */
  get isFull(): boolean {
    return this.#workers.size >= MAX_LINKS || this.#isLeaving
  }

  /** Answers the calls on a connection. */
  take(socket: Socket, isTrusted: boolean): void {
    socket.on('error', () => {}) // the link hears of it as well, if there is one
    if (this.isFull) return void socket.destroy()
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    this.open(isTrusted ? null : peerOf(socket), (worker) => socketLink(socket, worker, { polite: true }))
  }

  /** Answers the calls on a link, of a `peer` whose word is not taken. `ended` hears when it is over. */
  open(peer: Peer | null, link: (owner: LinkOwner) => Link, ended: () => void = () => {}): FrameWorker {
    const onEnd = (): void => this.#left(worker)
    const worker = new FrameWorker(this.#app, this.#server, this.#log, 'the worker', onEnd, { peer })
    const timer = setTimeout(() => {
      if (!worker.isOpen) worker.end('no hello came')
    }, HELLO_MS)
    this.#workers.add(worker)
    worker.attach(
      link({
        frame: (frame) => worker.frame(frame),
        ended: (reason) => {
          clearTimeout(timer)
          ended()
          worker.ended(reason)
        },
      }),
    )
    return worker
  }

  /** Says on every link that no new calls are taken. */
  leave(): void {
    this.#isLeaving = true
    for (const worker of this.#workers) worker.leave('it is stopping')
  }

  /** Ends every link, and the calls on it. */
  cut(): void {
    for (const worker of this.#workers) worker.end('it was stopped')
  }

  /** Resolves when no link is left, and every teardown has run. */
  async gone(): Promise<void> {
    while (this.#workers.size > 0) {
      await new Promise<void>((resolve) => {
        const before = this.#gone
        this.#gone = () => {
          before?.()
          resolve()
        }
      })
    }
  }

  #left(worker: FrameWorker): void {
    this.#workers.delete(worker)
    if (this.#workers.size > 0) return
    this.#gone?.()
    this.#gone = null
  }
}

// Its word is taken for what it asks, and not for who asks.
function peerOf(socket: Socket): Peer {
  const address = socket.remoteAddress ?? null
  const client = address?.startsWith('::ffff:') === true ? address.slice(7) : address
  return { client, protocol: 'encrypted' in socket ? 'https' : 'http', mount: '', headers: null }
}
