/**
 * What runs in a worker process: it serves what its supervisor tells it to, and ends with it.
 *
 * @module
 */
import { consoleLog } from '../../call/log.ts'
import type { App, Environment } from '../../contract.ts'
import { type FaultDetail, isFault } from '../../fault.ts'
import { endWithStarter } from '../../module/lifeline.ts'
import { loadApp } from '../../module/load.ts'
import { type Running, serve } from '../serve.ts'
import type { Assignment, Ending, News, Order } from './message.ts'
import { joinSupervisor } from './topics.ts'

/** What a program that has its own workers adds. */
export interface WorkerDuties {
  /** Puts middleware around the app. */
  readonly dress?: (app: App, environment: Environment) => App
  /** Loads the app of a module, which need not be one of JavaScript. */
  readonly load?: (module: URL, name: string, given: unknown) => Promise<App>
  /** Tells the user on standard error why the app was not served. */
  readonly explain?: (error: unknown) => Promise<unknown>
}

/** The supervisor decides when to stop: it hears the same signals when they go to the whole group. */
const FOR_THE_SUPERVISOR: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

const byDefault: NonNullable<WorkerDuties['load']> = (url, name) => loadApp(url, name)

/**
 * Serves until told to stop. When the supervisor is gone, `node:cluster` ends this process, and its lifeline does
 * where it is in a loop: it would hold the port for ever.
 * Never returns: the process exits, with 1 when something failed.
 */
export async function runWorker({
  dress,
  explain = log,
  load = byDefault,
}: WorkerDuties = {}): Promise<void> {
  endWithStarter()
  for (const signal of FOR_THE_SUPERVISOR) process.on(signal, () => {})
  // A promise that an app dropped must not take the calls of others with it.
  process.on('unhandledRejection', (error) =>
    consoleLog.error({ err: error }, 'A promise was rejected and nobody looked'),
  )
  joinSupervisor()
  const { name, module, options, given } = await assigned()
  let loads = true
  let running: Running | null = null
  let ending: Ending | null = null
  let status = 0
  const stop = (how: Ending): void => {
    ending = how
    if (loads) return exit(0) // nothing is under way
    // While it opens it may listen already.
    void running?.close({ now: how === 'cut', pause: how !== 'retire' }).then(() => exit(status))
  }
  process.on('message', ({ order }: Order) => {
    if (order !== 'serve' && order !== 'hear') stop(order)
  })
  try {
    const app = await load(new URL(module), name, given)
    const dressed = dress === undefined ? app : dress(app, options.environment ?? 'production')
    loads = false
    running = await serve(dressed, options)
  } catch (error) {
    await report({ news: 'failed', detail: detailOf(error, name) })
    await explain(error)
    return exit(1)
  }
  // The state after an exception that nobody caught is unknown: finish, and do not go on.
  process.on('uncaughtException', (error) => {
    consoleLog.error({ err: error }, 'An exception was not caught')
    if (status === 1) return
    status = 1
    void report({ news: 'leaving' })
    stop('retire')
  })
  const { port, host, url } = running
  await report({ news: 'serving', where: { port, host, url } })
  if (ending !== null) stop(ending)
}

async function assigned(): Promise<Assignment> {
  const assignment = new Promise<Assignment>((resolve) => {
    const hear = (order: Order): void => {
      if (order.order === 'hear') return
      if (order.order !== 'serve') return exit(0) // nothing is under way
      process.off('message', hear)
      resolve(order.assignment)
    }
    process.on('message', hear)
  })
  await report({ news: 'here' })
  return assignment
}

/** Resolves when it is on its way, or nobody is there to hear it. */
function report(news: News): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve()
    process.send(news, undefined, {}, () => resolve())
  })
}

function detailOf(error: unknown, what: string): FaultDetail['setup_faulty'] {
  if (isFault(error) && error.code === 'setup_faulty') return error.detail as FaultDetail['setup_faulty']
  const reason = error instanceof Error ? error.message : String(error)
  return { what, reason, fix: 'Mend what its app opens' }
}

// The fault says it all to who boots; what it does not hold is the way into the module.
function log(error: unknown): Promise<void> {
  const cause = isFault(error) ? error.cause : error
  if (cause !== undefined) consoleLog.error({ err: cause }, 'A worker did not start')
  return Promise.resolve()
}

/** What was written goes out first. */
function exit(status: number): void {
  process.stderr.write('', () => process.stdout.write('', () => process.exit(status)))
}
