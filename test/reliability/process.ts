/**
 * A server in a process of its own, and how to ask it what it holds.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Asked, CrowdSaid, Outcomes, Said, Serving, UploadsSaid, Vitals } from './message.ts'

const TYPESCRIPT = new URL('../typescript.mjs', import.meta.url).href

type Anything = Said | CrowdSaid | UploadsSaid
type Saying<S extends Anything['said']> = Extract<Anything, { readonly said: S }>

export interface Stopped {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** The clients' ports of all connections that it had ever accepted. */
  readonly accepted: ReadonlySet<number>
}

export class Process {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** Starts it, and waits until it serves. It is gone with the test, whatever happens: see `end`. */
  static async start(serving: Serving = {}): Promise<Process> {
    const child = start(new URL('./served.ts', import.meta.url), JSON.stringify(serving))
    const { port } = await hear(child, 'serving')
    return new Process(child, port)
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid!
  }

  async vitals(): Promise<Vitals> {
    return (await this.#ask('vitals', 'vitals')).vitals
  }

  async outcomes(): Promise<Outcomes> {
    return (await this.#ask('outcomes', 'outcomes')).outcomes
  }

  /** Asks for its outcomes until they are as wanted: each answer is behind what arrived before. */
  async until(wanted: (outcomes: Outcomes) => boolean): Promise<Outcomes> {
    for (;;) {
      const outcomes = await this.outcomes()
      if (wanted(outcomes)) return outcomes
    }
  }

  /** SIGTERM; resolves when the process has ended, of itself. */
  async stop(): Promise<Stopped> {
    const stopped = hear(this.#child, 'stopped')
    const exited = once(this.#child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    this.#child.kill('SIGTERM')
    const { accepted } = await stopped
    const [status, signal] = await exited
    return { status, signal, accepted: new Set(accepted) }
  }

  /** Ends it at once, if it has not ended. */
  end(): void {
    this.#child.kill('SIGKILL')
  }

  #ask<S extends Anything['said']>(asked: Asked, said: S): Promise<Saying<S>> {
    const heard = hear(this.#child, said)
    this.#child.send(asked)
    return heard
  }
}

/** Slow clients in a process of their own. */
export class Crowd {
  /** Resolves when all of them are connected. */
  readonly open: Promise<unknown>
  /** Resolves when the connections of all of them were ended. */
  readonly gone: Promise<unknown>
  readonly #child: ChildProcess

  constructor(port: number, size: number) {
    this.#child = start(new URL('./crowd.ts', import.meta.url), String(port), String(size))
    this.open = hear(this.#child, 'open')
    this.gone = hear(this.#child, 'gone')
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

/** Clients that upload at the same time, in a process of their own. */
export class Uploads {
  /** Resolves when all of them are connected. */
  readonly connected: Promise<unknown>
  readonly #child: ChildProcess

  constructor(port: number, count: number, size: number) {
    this.#child = start(new URL('./uploads.ts', import.meta.url), String(port), String(count), String(size))
    this.connected = hear(this.#child, 'connected')
  }

  /** All of them begin; resolves with what became of them. */
  begin(): Promise<Extract<UploadsSaid, { readonly said: 'answered' }>> {
    const answered = hear(this.#child, 'answered')
    this.#child.send('begin')
    return answered
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

function start(file: URL, ...args: readonly string[]): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env
  return fork(fileURLToPath(file), args, {
    execArgv: ['--conditions=hagaki-source', '--expose-gc', '--import', TYPESCRIPT],
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/** The next thing of its kind that the process says. Throws Error when it ends instead. */
function hear<S extends Anything['said']>(child: ChildProcess, wanted: S): Promise<Saying<S>> {
  return new Promise((resolve, reject) => {
    const listen = (said: Anything): void => {
      if (said.said !== wanted) return
      child.off('message', listen).off('exit', ended)
      resolve(said as Saying<S>)
    }
    const ended = (status: number | null, signal: string | null): void =>
      reject(new Error(`It ended without ${wanted}: ${signal ?? status}`))
    child.on('message', listen).once('exit', ended)
  })
}
