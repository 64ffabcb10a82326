/**
 * Starting a child process that speaks frames on its standard input and output.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Fault } from '../fault.ts'
import { FAILED, frame } from '../wire/frames/frame.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import { byteLink, type LinkOwner } from './link.ts'
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
}

/** Milliseconds that a child has for its teardown, once its input ended. */
const STOP_MS = 3_000

/** Starts it. Its standard error goes to ours. */
export function startChild(child: ChildCommand, owner: LinkOwner): Started {
  const { command, args, cwd, env, what, fix } = child
  const running = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true })
  const gone = once(running, 'close').catch(() => {})
  const link = byteLink(running.stdout, running.stdin, owner)
  running.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? `there is no ${command}, or no folder ${cwd}` : error.message
    owner.frame(frame(FAILED, 0, encodeFailed(new Fault('setup_faulty', { what, reason, fix }))))
    link.end(reason)
  })
  running.on('exit', (code, signal) =>
    link.end(signal === null ? `it exited with status ${code ?? 0}` : `it was ended by ${signal}`),
  )
  return {
    link,
    stop: async () => {
      link.end('the pool is closed')
      const timer = setTimeout(() => running.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(timer)
    },
    kill: () => void running.kill('SIGKILL'),
  }
}
