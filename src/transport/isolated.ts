/**
 * What runs in a thread or a process of `isolate`: loads the app and answers frames.
 *
 * @module
 */
import { Budget } from '../call/budget.ts'
import { heldTo } from '../call/budgets.ts'
import { closeApp, openApp } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { Limits, Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { loadApp } from '../module/load.ts'
import { processHub } from '../topic/hub.ts'
import type { Link, LinkOwner } from './link.ts'
import { FrameWorker } from './worker.ts'

/** What it is told when it starts. */
export interface Isolated {
  readonly module: string
  /** For messages. */
  readonly name: string
  /** Of `server`, which has members that cannot be sent. */
  readonly facts: Pick<Server, 'name' | 'port' | 'workers' | 'environment' | 'limits'>
  /** Bytes of bodies that its calls may hold together: its share of what the gateway may; null for no bound. */
  readonly budget: number | null
}

/** Its way to who started it. */
export interface Way {
  /** "a thread", "a process" */
  readonly kind: string
  /** Frames that come go to `owner`. */
  link(owner: LinkOwner): Link
  /** Says why there is no app. */
  refuse(fault: Fault): void
  /** Lets go of what keeps it running. */
  close(): void
}

/** Resolves when the app answers, or it was said why it does not. */
export async function answerIsolated({ module, name, facts, budget }: Isolated, way: Way): Promise<void> {
  // A promise that an app dropped must not take the calls of others with it.
  process.on('unhandledRejection', (error) =>
    consoleLog.error({ err: error, worker: name }, 'A promise was rejected and nobody looked'),
  )
  processHub().shut(`${way.kind} (${name})`)
  try {
    const app = await loadApp(new URL(module), name)
    const server = heldTo(budget === null ? null : shareOf(budget, facts.limits), serverFacts(facts))
    await openApp(app, server)
    const worker = new FrameWorker(app, server, consoleLog, name, () => {
      void closeApp(app).finally(() => way.close())
    })
    worker.attach(way.link(worker))
  } catch (error) {
    // The fault says it all to who boots; what it does not hold is the way into the module.
    const cause = isFault(error) ? error.cause : error
    if (cause !== undefined) consoleLog.error({ err: cause }, `${name} did not start`)
    const reason = error instanceof Error ? error.message : String(error)
    const fix = 'Mend what its app opens'
    way.refuse(isFault(error) ? error : new Fault('setup_faulty', { what: name, reason, fix }))
    way.close()
  }
}

function shareOf(total: number, { budgetTimeoutMs: waitMs }: Limits): Budget {
  const after = (ms: number, run: () => void): void => void setTimeout(run, ms).unref()
  return new Budget({ total, waitMs, now: () => performance.now(), after, turn: setImmediate })
}
