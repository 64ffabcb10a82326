/**
 * Starting a thread or a process of `isolate`.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { needsTsx, tsxUrl } from '../module/typescript.ts'
import { startChild } from './child.ts'
import type { Isolated } from './isolated.ts'
import { type LinkOwner, portLink } from './link.ts'
import type { Started } from './slot.ts'

const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const THREAD = new URL(`./thread.${ENDING}`, import.meta.url)
const PROCESS = new URL(`./process.${ENDING}`, import.meta.url)
/** Milliseconds that a thread has for its teardown. */
const STOP_MS = 2_000
const MIB = 1024 ** 2
/**
 * MiB of the young generation, where there is a bound. Node lets a thread grow by 16 MiB beyond it, to be ended in
 * between; what needs more at once ends this process, and all that is young may come to the old in one go.
 */
const YOUNG_MIB = 12

/** Starts a thread. `heap`: octets of JavaScript's own memory, or null for V8's bound. */
export function startThread(workerData: Isolated, heap: number | null, owner: LinkOwner): Started {
  const limits =
    heap === null
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: heap / MIB, maxYoungGenerationSizeMb: YOUNG_MIB } }
  // From source, the thread has to learn TypeScript before it can read its own entry.
  const worker = needsTsx(THREAD)
    ? new Worker(bootstrap(THREAD, workerData.name), { eval: true, workerData, ...limits })
    : new Worker(THREAD, { workerData, ...limits })
  const link = portLink(worker, owner)
  let ending = 'the thread exited'
  // It exits next; without a listener, its error would be ours.
  worker.on('error', (error: unknown) => {
    ending = error instanceof Error ? error.message : String(error)
  })
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      link.end(ending)
      resolve()
    })
  })
  return {
    link,
    stop: async () => {
      link.end('the pool is closed')
      const timer = setTimeout(() => void worker.terminate(), STOP_MS)
      await gone
      clearTimeout(timer)
    },
    kill: () => void worker.terminate(),
  }
}

/** Starts a process. `heap` as for a thread. */
export function startProcess(told: Isolated, heap: number | null, owner: LinkOwner): Started {
  const entry = needsTsx(PROCESS)
    ? ['--input-type=module', '-e', bootstrap(PROCESS, told.name), '--']
    : [fileURLToPath(PROCESS)]
  const bound = heap === null ? [] : [`--max-old-space-size=${Math.ceil(heap / MIB)}`]
  return startChild(
    {
      command: process.execPath,
      args: [...inherited(process.execArgv), ...bound, ...entry, JSON.stringify(told)],
      cwd: process.cwd(),
      env: process.env,
      what: told.name,
      fix: 'Look whether another process may be started here',
      framesApart: true,
    },
    owner,
  )
}

function bootstrap(entry: URL, name: string): string {
  const tsx = tsxUrl(entry, name)
  return `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry.href)}) })`
}

/** Flags that say how modules are found and read: without them the app would not load as it does here. */
const KEPT = /^(?:--conditions|-C|--import|--require|-r|--loader|--experimental-loader)(=|$)/

function inherited(execArgv: readonly string[]): string[] {
  const kept: string[] = []
  for (const [at, argument] of execArgv.entries()) {
    const flag = KEPT.exec(argument)
    if (flag === null) continue
    kept.push(argument)
    const value = execArgv[at + 1]
    if (flag[1] === '' && value !== undefined) kept.push(value)
  }
  return kept
}
