/**
 * Child processes: their output passes through, none reads stdin, none outlives us.
 *
 *   in     program, arguments, working directory
 *   out    whether it ended with 0, and what it wrote when that was asked for
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

export interface Ended {
  readonly ok: boolean
  /** What it wrote to stderr, when `keep` was 'stderr'; to stdout, when 'stdout'. Else empty. */
  readonly kept: string
}

export interface ChildOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Keeps what it writes there: stderr passes through as well, stdout does not. */
  readonly keep?: 'stdout' | 'stderr'
}

const running = new Set<ChildProcess>()

/** Runs a program to its end. A program that cannot be started is one that did not end well. */
export function run(program: string, args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const { cwd = ROOT, env = childEnvironment(), keep } = options
  const child = spawn(program, args, {
    cwd,
    env,
    // A group of its own, so that what it started ends with it.
    detached: process.platform !== 'win32',
    stdio: ['ignore', keep === 'stdout' ? 'pipe' : 'inherit', keep === 'stderr' ? 'pipe' : 'inherit'],
  })
  running.add(child)

  let kept = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    kept += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept += text
    process.stderr.write(text)
  })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      running.delete(child)
      console.error(`Cannot start ${program}: ${error.message}`)
      resolve({ ok: false, kept })
    })
    child.on('close', (code) => {
      running.delete(child)
      resolve({ ok: code === 0, kept })
    })
  })
}

/**
 * Ours, but for two things. CI is never set, so that a run on a desk and one in CI are the same: tools
 * decide by it what they write and whether they take colours. And colours are for a terminal only.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { CI: _, ...env } = process.env
  if (!colours()) {
    delete env['FORCE_COLOR']
    env['NO_COLOR'] = '1'
  }
  return env
}

/** Whether standard output takes colours. */
export function colours(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR']
}

/** Ends what runs when we are told to end, and then ends as one does who was told so. */
export function endChildrenOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      for (const child of running) endGroup(child, 'SIGTERM')
      const patience = setTimeout(() => leave(signal), 3000)
      void Promise.all(
        [...running].map((child) => new Promise((resolve) => child.once('close', resolve))),
      ).then(() => {
        clearTimeout(patience)
        leave(signal)
      })
    })
  }
  process.once('exit', () => {
    for (const child of running) endGroup(child, 'SIGKILL')
  })
}

function leave(signal: NodeJS.Signals): never {
  process.exit(128 + constants.signals[signal])
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' })
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended.
  }
}
