/**
 * An app in another language as an app: worker processes that speak frames, and are looked after.
 *
 * @module
 */
import { life, lives } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import type { Transport } from '../call/transport.ts'
import type { App, Server } from '../contract.ts'
import { isFault } from '../fault.ts'
import { type Watching, watchFolder } from '../module/watch.ts'
import { type ChildCommand, startChild } from '../transport/child.ts'
import { Pool } from '../transport/pool.ts'
import { remote } from '../transport/remote.ts'
import type { ForeignPool } from './pool-options.ts'

/** A program that loads an app and answers frames on its standard input and output. */
export interface ForeignProgram {
  /** What the user wrote, for messages and the log: "wsgi('flask_app:app')". */
  readonly what: string
  readonly command: string
  readonly args: readonly string[]
  /** What to do when there is no such command. */
  readonly fix: string
  /** Endings of the files that make up an app: ".py". */
  readonly sources: ReadonlySet<string>
  /** The variable that says "production" or "development", as the server has it unless it is set: "RACK_ENV". */
  readonly environment?: string
}

/**
 * Runs a program in the processes of a pool: its calls go to the one with the fewest, and one that dies
 * takes its own calls with it and is replaced. Fault at boot: setup_faulty, with what the program says.
 */
export function foreignApp(program: ForeignProgram, pool: ForeignPool): App {
  return remote(foreignPrograms(program, pool))
}

/** The same as a transport, which can call by name as well. `renewed` runs when the app was loaded anew, and may find that it
 * is none. */
export function foreignPrograms(
  program: ForeignProgram,
  pool: ForeignPool,
  renewed: () => Promise<unknown> = async () => {},
): Transport & Pick<Pool, 'invoke' | 'close'> {
  const { what, command, args, fix, sources, environment: variable } = program
  const { cwd, processes, timeoutMs, maxMemory, maxCalls, env, optional, reload } = pool
  const child = { command, args, cwd, env, what, fix }
  const childOf = ({ environment }: Server): ChildCommand =>
    variable === undefined ? child : { ...child, env: { [variable]: environment, ...env } }
  const workers = new Pool({
    name: what,
    size: processes,
    timeoutMs,
    optional,
    maxMemory,
    maxCalls,
    start: (owner, server) => startChild(childOf(server), owner),
  })
  let watching: Watching | null = null
  const open = ({ environment }: Server): void => {
    if (reload ?? environment === 'development')
      watching = watchFolder(cwd, renewer(workers, renewed), sources)
  }
  return {
    name: what,
    life: lives([workers.life, life(open, () => watching?.close())]),
    call: (...call) => workers.call(...call),
    invoke: (...call) => workers.invoke(...call),
    close: async () => {
      watching?.close()
      await workers.close()
    },
  }
}

/** Renews a pool for each change; what changes meanwhile is one change more. */
function renewer(pool: Pool, renewed: () => Promise<unknown>): (file: string) => void {
  let isRenewing = false
  let next: string | null = null
  const renew = async (file: string): Promise<void> => {
    isRenewing = true
    try {
      await pool.renew()
      await renewed()
      consoleLog.info({ worker: pool.name }, `${file} changed, and the new app serves`)
    } catch (error) {
      const reason = isFault(error) ? error.message : String(error)
      consoleLog.error({ worker: pool.name }, `${file} changed, and the new app does not load: ${reason}`)
    }
    isRenewing = false
    const then = next
    next = null
    if (then !== null) await renew(then)
  }
  return (file) => {
    if (isRenewing) next = file
    else void renew(file)
  }
}
