/**
 * `hagaki MODULE -w N` and `hagaki MODULE --watch`: serves an app in worker processes, which are
 * renewed on SIGHUP, or when a file of the app changes.
 *
 * @module
 */
import { watchedFolder, watchFolder } from '../module/watch.ts'
import { supervise } from '../server/workers/supervise.ts'
import type { Supervisor } from '../server/workers/supervisor.ts'
import { announce } from './announce.ts'
import type { ServeCommand } from './command.ts'
import type { ForeignOptions } from './languages.ts'
import { urlOf } from './load-module.ts'
import { serveOptions } from './serve-options.ts'
import { untilStopped } from './stop.ts'

/** What each of its processes is told. */
export interface Given {
  readonly foreign: ForeignOptions
  /** The folder that is watched here, so that they need not; null for none. */
  readonly watched: string | null
}

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Resolves with the exit status once all workers have stopped. Faults: setup_faulty, of what was typed. */
export async function serveByWorkers(command: ServeCommand): Promise<number> {
  const url = urlOf(command.module)
  const options = { ...serveOptions(command), workers: command.workers ?? 1 }
  const { module: name, foreign, watch: watches } = command
  const given: Given = { foreign, watched: watches ? watchedFolder(url) : null }
  const crew = { entry: ENTRY, name, given, afterFailure: watches ? 'wait' : 'retry' } as const
  const supervisor = await supervise(url, options, crew)
  return command.watch ? watch(supervisor, url, command) : keep(supervisor, url, command)
}

async function keep(supervisor: Supervisor, url: URL, command: ServeCommand): Promise<number> {
  const stopped = untilStopped(supervisor, ['SIGINT', 'SIGTERM'])
  let started = false
  process.on('SIGHUP', () => {
    if (started) renew(supervisor) // else they are all new
  })
  const failed = supervisor.start().then(
    ({ url: where }) => {
      started = true
      announce(url, where, facts(command, supervisor))
      return stopped
    },
    () => 1, // the worker has said why
  )
  return Promise.race([failed, stopped])
}

function renew(supervisor: Supervisor): void {
  if (supervisor.isRestarting) return void supervisor.restart() // begins anew
  process.stdout.write('hagaki: renewing the workers, one at a time\n')
  supervisor.restart().then(
    (done) => done !== null && process.stdout.write('hagaki: all workers are new\n'),
    () => process.stdout.write('hagaki: a new worker did not start: those that serve stay\n'),
  )
}

function watch(supervisor: Supervisor, url: URL, command: ServeCommand): Promise<number> {
  const folder = watchedFolder(url)
  let announced = false
  const begin = (changed: string | null): void => {
    if (supervisor.isRestarting) return void supervisor.restart() // begins anew
    supervisor.restart().then(
      (where) => {
        if (where === null) return
        if (announced) process.stdout.write(`hagaki: ${changed} changed, and the new app serves\n`)
        else announce(url, where.url, [...facts(command, supervisor), `watching ${folder}`])
        announced = true
      },
      () => {
        const serves = supervisor.isServing ? 'the one before goes on serving' : 'nothing is served'
        process.stdout.write(`hagaki: it did not start; ${serves}; waiting for a change\n`)
      },
    )
  }
  const watching = watchFolder(folder, begin)
  const stopped = untilStopped(supervisor, ['SIGINT', 'SIGTERM', 'SIGHUP'])
  void stopped.then(() => watching.close())
  begin(null)
  return stopped
}

function facts(command: ServeCommand, supervisor: Supervisor): readonly string[] {
  const { environment, workers } = command
  return workers === null
    ? [environment]
    : [environment, supervisor.size === 1 ? '1 worker' : `${supervisor.size} workers`]
}
