/**
 * Starting a child process that speaks frames on its standard input and output.
 *
 * @module
 */
import { type ChildProcessByStdio, type StdioOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Duplex, Readable, Writable } from 'node:stream'
import { consoleLog } from '../call/log.ts'
import { Fault } from '../fault.ts'
import { holdLifeline } from '../module/lifeline.ts'
import { FAILED, frame } from '../wire/frames/frame.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import { eachLine } from './lines.ts'
import { byteLink, type LinkOwner } from './link.ts'
import { residentOctets } from './memory.ts'
import type { Started } from './slot.ts'

export interface ChildCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** What the user wrote, for messages. */
  readonly what: string
  /** What to do when there is no such command. */
  readonly fix: string
  /** True for frames over a pipe of their own (`FRAMES_FD`), and a lifeline: what it prints is printed. */
  readonly framesApart?: true
}

/** The descriptor of that pipe in the child. */
export const FRAMES_FD = 3

/** Milliseconds that a child has for its teardown, once its input ended. */
const STOP_MS = 3_000
/** Milliseconds between the end of its output and its own, either of which may never come. */
const EXIT_MS = 500

/** Starts it. What it writes on its standard error is logged. Fault: setup_faulty, thrown or in a frame. */
export function startChild(child: ChildCommand, owner: LinkOwner): Started {
  let ending: string | null = null
  let notStarted: (error: Error) => void = () => {}
  const running = spawned(child, (error) => notStarted(error))
  const gone = new Promise<void>((resolve) => running.once('close', resolve))
  eachLine(running.stderr, (line) => consoleLog.info({ worker: child.what, pid: running.pid }, line))
  const [frames, toChild] = waysOf(child, running)
  const link = byteLink(frames, toChild, owner, (reason, end) => {
    // Its last frames may still be in the pipe, and how it exited says more than that it said no more.
    const timer = setTimeout(() => end(ending ?? reason), EXIT_MS)
    running.once('close', () => {
      clearTimeout(timer)
      end(ending ?? reason)
    })
  })
  notStarted = (error) => {
    owner.frame(frame(FAILED, 0, encodeFailed(faultOf(child, error))))
    link.end(error.message)
  }
  running.once('exit', (code, signal) => {
    ending = signal === null ? `it exited with status ${code ?? 0}` : `it was ended by ${signal}`
    // What it has started may hold its pipes open for ever.
    const timer = setTimeout(() => {
      link.end(ending!)
      running.stderr.destroy()
    }, EXIT_MS)
    running.once('close', () => clearTimeout(timer))
  })
  return {
    link,
    stop: async () => {
      link.end('the pool is closed')
      const timer = setTimeout(() => running.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(timer)
    },
    kill: () => void running.kill('SIGKILL'),
    memory: async () => (running.pid === undefined ? null : residentOctets(running.pid)),
  }
}

type Running = ChildProcessByStdio<Writable | null, Readable | null, Readable>

// Where frames come from, and where they go.
function waysOf({ framesApart }: ChildCommand, running: Running): [Readable, Writable] {
  if (framesApart !== true) return [running.stdout!, running.stdin!]
  const extra = running.stdio as readonly unknown[]
  const both = extra[FRAMES_FD] as Duplex
  holdLifeline(running)
  return [both, both]
}

// Some errors are thrown and some come as events, one of which (too many open files) leaves no pipes.
function spawned(child: ChildCommand, onError: (error: Error) => void): Running {
  const { command, args, cwd, env, framesApart } = child
  const stdio: StdioOptions =
    framesApart === true ? ['ignore', 'inherit', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe']
  let running: Running
  try {
    running = spawn(command, args, { cwd, env, stdio, windowsHide: true }) as Running
  } catch (error) {
    throw faultOf(child, error as Error)
  }
  running.on('error', onError)
  if ((running.stderr as Readable | undefined) === undefined)
    throw faultOf(child, new Error('this process has too many files open'))
  return running
}

function faultOf({ command, cwd, what, fix }: ChildCommand, error: NodeJS.ErrnoException): Fault {
  if (!existsSync(cwd))
    return new Fault('setup_faulty', { what, reason: `there is no folder ${cwd}`, fix: 'Look at its cwd' })
  const reason = error.code === 'ENOENT' ? `there is no ${command}` : error.message
  return new Fault('setup_faulty', { what, reason, fix }, error)
}
