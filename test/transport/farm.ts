/**
 * A pool's workers and where they come from: they are born and die as a test says. Their links are
 * real, their bodies are ports.
 *
 * @module
 */
import { MessageChannel } from 'node:worker_threads'
import { onTestFinished, vi } from 'vitest'
import { WholeInput } from '../../src/call/input.ts'
import { silentLog } from '../../src/call/log.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { App, Input, Result } from '../../src/contract.ts'
import { Fault } from '../../src/fault.ts'
import { type LinkOwner, portLink, postFrame } from '../../src/transport/link.ts'
import { Pool } from '../../src/transport/pool.ts'
import type { PoolOptions, Started } from '../../src/transport/slot.ts'
import { FrameWorker } from '../../src/transport/worker.ts'
import { request } from '../../src/value/message.ts'
import { FAILED, frame, HELLO } from '../../src/wire/frames/frame.ts'
import { encodeFailed, encodeHello } from '../../src/wire/frames/payload.ts'

/** A number: ready after so many milliseconds. */
export type Birth = 'ready' | number | 'refuses' | 'dies' | 'dies behind its hello' | 'hangs' | 'throws'

/** Where a pool's workers come from, and how they go. */
export class Farm {
  /** How the next ones start: ready, when nothing is said. */
  births: Birth[] = []
  started = 0
  readonly calls: number[] = []
  readonly #app: App
  readonly #workers = new Map<number, FrameWorker>()
  readonly #living = new Map<number, { kill(): void; garbage(): void; leave(): void; silence(): void }>()

  constructor(app: App) {
    this.#app = app
  }

  get alive(): number {
    return this.#living.size
  }

  pool(options: Partial<PoolOptions> = {}): Pool {
    onTestFinished(() => this.freeAll())
    const start = (owner: LinkOwner): Started => this.#start(owner)
    return new Pool({ name: 'farm', size: 1, timeoutMs: null, optional: false, ...options, start })
  }

  /** The eldest dies. */
  kill(): void {
    ;[...this.#living.values()][0]!.kill()
  }

  /** The eldest says what no worker may say, and lives on. */
  garbage(): void {
    ;[...this.#living.values()][0]!.garbage()
  }

  /** The eldest takes no new calls. */
  leave(): void {
    ;[...this.#living.values()][0]!.leave()
  }

  /** The eldest neither hears nor says anything. */
  silence(): void {
    ;[...this.#living.values()][0]!.silence()
  }

  freeAll(): void {
    for (const one of [...this.#living.values()]) one.kill()
  }

  #start(owner: LinkOwner): Started {
    const id = this.started++
    const birth = this.births.shift() ?? 'ready'
    if (birth === 'throws') throw new Error('no memory')
    const { port1, port2 } = new MessageChannel()
    let gone: () => void = () => {}
    const left = new Promise<void>((resolve) => {
      gone = resolve
    })
    const link = portLink(port1, owner)
    const die = (): void => {
      this.#living.delete(id)
      port2.postMessage(null)
      port2.close()
      link.end('it died')
      gone()
    }
    this.#living.set(id, {
      kill: die,
      garbage: () => port2.postMessage('garbage'),
      leave: () => this.#workers.get(id)!.leave('enough'),
      silence: () => port2.removeAllListeners('message'),
    })
    if (birth === 'dies behind its hello') {
      setImmediate(() => {
        owner.frame(frame(HELLO, 0, encodeHello({ v: 1, role: 'worker', name: 'farm', inline: 0 })))
        die()
      })
    } else this.#be(birth, id, port2)
    return {
      link,
      kill: die,
      stop: async () => {
        link.end('the pool is closed')
        setImmediate(die)
        await left
      },
    }
  }

  #be(birth: Birth, id: number, port: MessageChannel['port2']): void {
    if (birth === 'hangs') return
    if (typeof birth === 'number') return void setTimeout(() => this.#be('ready', id, port), birth)
    if (birth === 'refuses') {
      const detail = { what: 'farm', reason: "No module named 'flask'", fix: 'Install it' }
      postFrame(port, frame(FAILED, 0, encodeFailed(new Fault('setup_faulty', detail))))
      return
    }
    if (birth === 'dies') return port.postMessage(null)
    this.calls[id] = 0
    const counted: App = (...args) => {
      this.calls[id]!++
      return this.#app(...args)
    }
    const worker = new FrameWorker(counted, serverFacts(), silentLog, 'farm', () => {})
    this.#workers.set(id, worker)
    worker.attach(portLink(port, worker))
  }
}

export async function call(
  pool: Pool,
  path = '/',
  how: { input?: Input; signal?: AbortSignal; method?: string } = {},
): Promise<Result> {
  const { input = new WholeInput(null, 0), signal = new AbortController().signal, method = 'POST' } = how
  const { body: _, ...head } = request(method, path)
  return pool.call(head, input, { signal })
}

/** Timers and their clock; the turns of the event loop, by which ports deliver, are real. */
export function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
}

export async function turns(): Promise<void> {
  for (let at = 0; at < 20; at++) await new Promise((resolve) => setImmediate(resolve))
}
