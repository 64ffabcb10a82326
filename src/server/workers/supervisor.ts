/**
 * Keeps a number of workers serving: one that crashes is replaced, all of them are renewed one
 * after the other when asked, and none outlives its order to stop for long.
 *
 * Knows nothing of processes or sockets: workers are started for it.
 *
 * @module
 */
import type { Log } from '../../contract.ts'
import { isFault } from '../../fault.ts'
import { backoffMs } from './backoff.ts'
import type { Ending, Where } from './message.ts'
import { notStarted, type WorkerProcess } from './worker-process.ts'

export interface Supervision {
  /** For messages. */
  readonly name: string
  readonly size: number
  readonly log: Log
  /** Where the first worker is to listen. 0 is any free port, and the same one from then on. */
  readonly port: number
  /** Starts one worker. */
  readonly start: (port: number) => WorkerProcess
  /** Milliseconds that a worker has to finish; then it is killed. */
  readonly patienceMs: number
  /** After a start that failed: try again by itself, or wait for `restart`. */
  readonly afterFailure: 'retry' | 'wait'
  readonly random?: () => number
}

/** One of the workers, and those that come after it. */
interface Place {
  worker: WorkerProcess | null
  /** How many restarts it has seen. */
  generation: number
  crashes: number
  timer: ReturnType<typeof setTimeout> | null
  filling: { readonly generation: number; readonly where: Promise<Where> } | null
}

/** Milliseconds from the start of a worker to its serving. */
const START_MS = 60_000
/** A worker that served so long, in milliseconds, did not crash of its start. */
const LIVED_MS = 10_000
/** Milliseconds from an order to stop at once, or to start no further, to its execution. */
const CUT_MS = 3_000

export class Supervisor {
  readonly #options: Supervision
  readonly #places: Place[]
  /** Every process that is not gone yet. */
  readonly #all = new Set<WorkerProcess>()
  readonly #starting = new Set<WorkerProcess>()
  #generation = 0
  /** The port that those who serve were started with, and where they serve. */
  #asked: number
  #where: Where | null = null
  #rolling: Promise<Where | null> | null = null
  #anew: () => void = () => {}
  #closing: Promise<void> | null = null

  constructor(options: Supervision) {
    this.#options = options
    this.#asked = options.port
    this.#places = Array.from({ length: options.size }, () => ({
      worker: null,
      generation: -1,
      crashes: 0,
      timer: null,
      filling: null,
    }))
  }

  get size(): number {
    return this.#places.length
  }

  /** True while a worker is there. */
  get isServing(): boolean {
    return this.#places.some((place) => place.worker !== null)
  }

  get isRestarting(): boolean {
    return this.#rolling !== null
  }

  /**
   * Starts the first worker, and when that one serves, the others. Rejects when one of them does
   * not; then none is left. Fault: setup_faulty.
   */
  async start(): Promise<Where> {
    const [first, ...others] = this.#places as [Place, ...Place[]]
    try {
      const where = await this.#fill(first)
      await Promise.all(others.map((place) => this.#fill(place)))
      return where
    } catch (error) {
      for (const worker of this.#all) worker.kill()
      this.#closing = this.#allGone()
      await this.#closing
      throw error
    }
  }

  /**
   * Replaces all workers, one at a time: a new one is started, and when it serves, the old one may
   * finish and go. Where a new one does not start, the old ones stay, and it rejects. Called again
   * it begins anew with what is not replaced yet. Resolves with where they serve; with null when closed.
   */
  restart(): Promise<Where | null> {
    this.#generation++
    this.#anew()
    for (const worker of this.#starting) this.#leaveOff(worker, 'retire')
    this.#rolling ??= this.#roll().finally(() => {
      this.#rolling = null
    })
    return this.#rolling
  }

  /** Lets all workers finish, or cuts them. Resolves when all are gone. */
  close({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#stopAll()
    if (now) for (const worker of this.#all) this.#end(worker, 'cut', CUT_MS)
    return this.#closing
  }

  async #stopAll(): Promise<void> {
    this.#forget()
    for (const worker of this.#all) {
      if (this.#starting.has(worker)) this.#leaveOff(worker, 'drain')
      else this.#end(worker, 'drain', this.#options.patienceMs)
    }
    await this.#allGone()
  }

  async #roll(): Promise<Where | null> {
    let where: Where | null = null
    for (;;) {
      const generation = this.#generation
      const place = this.#places.find((one) => one.generation < generation)
      if (place === undefined || this.#closing !== null) return where
      const old = place.worker
      try {
        where = await this.#fill(place)
      } catch (error) {
        if (this.#closing !== null) return null
        if (generation < this.#generation) continue // what failed was superseded
        this.#recover()
        throw error
      }
      if (old === null) continue
      this.#end(old, 'retire', this.#options.patienceMs)
      const anew = new Promise<void>((resolve) => {
        this.#anew = resolve
      })
      await Promise.race([old.gone, anew])
    }
  }

  // A crashed worker whose replacement was the restart's to start.
  #recover(): void {
    if (this.#options.afterFailure === 'wait') return
    for (const place of this.#places) if (place.worker === null) this.#later(place)
  }

  /** Fills a place; a start that is under way for it already counts, unless it is of before a restart. */
  async #fill(place: Place): Promise<Where> {
    if (place.timer !== null) clearTimeout(place.timer)
    place.timer = null
    while (place.filling !== null) {
      if (place.filling.generation === this.#generation) return place.filling.where
      await place.filling.where.catch(() => {})
    }
    const where = this.#begin(place, this.#generation)
    place.filling = { generation: this.#generation, where }
    try {
      return await where
    } finally {
      place.filling = null
    }
  }

  /** Starts a worker; when it serves, it takes the place of the one there. */
  async #begin(place: Place, generation: number): Promise<Where> {
    const worker = this.#options.start(this.#port())
    this.#all.add(worker)
    this.#starting.add(worker)
    let late = false
    const timer = setTimeout(() => {
      late = true
      worker.kill()
    }, START_MS)
    void worker.gone.then(() => this.#all.delete(worker))
    let where: Where
    try {
      where = await worker.serving
    } catch (error) {
      const fault = late ? notStarted(this.#options.name, `no worker served within ${START_MS} ms`) : error
      const { explained } = await worker.gone
      if (!explained && this.#closing === null && generation === this.#generation) this.#tell(fault)
      throw fault
    } finally {
      clearTimeout(timer)
      this.#starting.delete(worker)
    }
    if (this.#closing !== null || generation < this.#generation) {
      this.#end(worker, this.#closing === null ? 'retire' : 'drain', this.#options.patienceMs)
      throw notStarted(this.#options.name, 'it is not needed any more')
    }
    this.#where ??= where
    if (where.port !== this.#where.port) {
      worker.kill() // the last one that held the port has gone since this one was started
      throw notStarted(this.#options.name, `port ${this.#where.port} is lost`)
    }
    if (place.timer !== null) clearTimeout(place.timer) // the one before it crashed in the meantime
    place.timer = null
    place.worker = worker
    place.generation = generation
    this.#watch(place, worker)
    return where
  }

  // Workers share a socket when they ask for the same port, be it 0; once nobody holds it, the
  // port that it had is the one to ask for.
  #port(): number {
    if (!this.isServing && this.#where !== null) this.#asked = this.#where.port
    return this.#asked
  }

  #watch(place: Place, worker: WorkerProcess): void {
    const since = performance.now()
    void worker.leaving.then((how) => {
      if (place.worker !== worker || this.#closing !== null) return
      this.#expect(worker, this.#options.patienceMs)
      place.worker = null
      place.crashes = performance.now() - since > LIVED_MS ? 1 : place.crashes + 1
      const inMs = this.#later(place)
      this.#options.log.warn({ worker: worker.pid, how, inMs }, 'A worker is lost; another one starts')
    })
  }

  /** Fills a place after a while, in milliseconds. */
  #later(place: Place): number {
    const inMs = backoffMs(place.crashes, this.#options.random ?? Math.random)
    if (place.timer !== null) clearTimeout(place.timer)
    place.timer = setTimeout(() => {
      this.#fill(place).catch(() => {
        place.crashes++
        // A restart under way fills it, and so does the next one.
        if (this.#closing !== null || this.#rolling !== null || this.#options.afterFailure === 'wait') return
        this.#later(place)
      })
    }, inMs)
    return inMs
  }

  // It may serve already and not have said so: it is killed only where it does not hear.
  #leaveOff(worker: WorkerProcess, how: Ending): void {
    worker.stop(how)
    const timer = setTimeout(() => {
      if (this.#starting.has(worker)) worker.kill()
    }, CUT_MS)
    void worker.gone.then(() => clearTimeout(timer))
  }

  #end(worker: WorkerProcess, how: Ending, withinMs: number): void {
    worker.stop(how)
    this.#expect(worker, withinMs)
  }

  #expect(worker: WorkerProcess, withinMs: number): void {
    const timer = setTimeout(() => {
      this.#options.log.error(
        { worker: worker.pid, withinMs },
        'A worker did not stop in time, and is killed',
      )
      worker.kill()
    }, withinMs)
    void worker.gone.then(() => clearTimeout(timer))
  }

  #forget(): void {
    for (const place of this.#places) {
      if (place.timer !== null) clearTimeout(place.timer)
      place.timer = null
    }
  }

  async #allGone(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.gone))
  }

  #tell(error: unknown): void {
    const fields = isFault(error) ? { code: error.code } : { err: error }
    this.#options.log.error(fields, error instanceof Error ? error.message : 'A worker did not start')
  }
}
