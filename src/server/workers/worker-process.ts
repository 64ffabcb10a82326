/**
 * One worker process, as its supervisor sees it.
 *
 * @module
 */
import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../fault.ts'
import { holdLifeline } from '../../module/lifeline.ts'
import type { Assignment, Ending, News, Order, Where } from './message.ts'
import { joinWorker } from './topics.ts'

export interface WorkerProcess {
  readonly pid: number
  /** Rejects when it ends or says that it cannot. Fault: setup_faulty. */
  readonly serving: Promise<Where>
  /** Resolves when it says that it will not go on, or is gone: with what became of it. */
  readonly leaving: Promise<string>
  readonly gone: Promise<Exit>
  /** `retire` and `drain` let calls under way finish, `cut` does not. */
  stop(how: Ending): void
  /** Ends it at once. */
  kill(): void
}

export interface Exit {
  /** "exited with status 1", "was ended by SIGKILL" */
  readonly how: string
  /** True when it said itself, on standard error, why it did not start. */
  readonly explained: boolean
}

/**
 * Starts a worker.
 *
 * Workers share one listening socket, which the supervisor has bound, and each accepts for itself.
 * Node's default, where the supervisor accepts and hands connections out in turn, spreads them more
 * evenly, but a connection that is on its way to a worker when that dies stays open for ever and is
 * never answered. Here it waits in the socket's queue for the next worker that looks.
 */
export function startWorker(entry: URL, assignment: Assignment): WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_NONE // counts up to the first start
  cluster.setupPrimary({
    exec: fileURLToPath(entry),
    args: [],
    serialization: 'advanced',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'], // the last one is its lifeline
    windowsHide: true,
  })
  const worker = cluster.fork()
  const { process: child } = worker
  holdLifeline(child)
  const tell = (order: Order): void => {
    if (worker.isConnected()) child.send(order, () => {}) // it may be gone before it hears
  }
  let explained = false
  const gone = new Promise<Exit>((resolve) => {
    const over = (how: string): void => resolve({ how, explained })
    child.once('exit', (code, signal) =>
      over(signal === null ? `exited with status ${code ?? 0}` : `was ended by ${signal}`),
    )
    worker.on('error', (error) => {
      if (child.pid === undefined) over(`was not started: ${error.message}`)
    })
  })
  const hears = <T>(what: News['news'], then: (news: News) => T): Promise<T> =>
    new Promise((resolve, reject) => {
      child.on('message', (news: News) => {
        if (news.news !== what) return
        try {
          resolve(then(news))
        } catch (error) {
          reject(error as Error)
        }
      })
    })
  const failed = hears('failed', (news) => {
    explained = true
    throw new Fault('setup_faulty', (news as Extract<News, { news: 'failed' }>).detail)
  })
  const ended = gone.then(({ how }) => {
    throw notStarted(assignment.name, `a worker ${how} before it served`)
  })
  const serving = Promise.race([
    hears('serving', (news) => (news as Extract<News, { news: 'serving' }>).where),
    failed,
    ended,
  ])
  serving.catch(() => {}) // whoever started it looks when it is due
  void hears('here', () => {
    tell({ order: 'serve', assignment })
    joinWorker(worker)
  })
  return {
    pid: child.pid ?? 0,
    serving,
    leaving: Promise.race([hears('leaving', () => 'leaves after an exception'), gone.then(({ how }) => how)]),
    gone,
    stop: (how) => tell({ order: how }),
    kill: () => void child.kill('SIGKILL'),
  }
}

export function notStarted(what: string, reason: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix: 'What it wrote before may say why' })
}
