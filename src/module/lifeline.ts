/**
 * A process that was started ends with who started it, whatever its own code is busy with.
 *
 * The end of its frames tells it the same, but only between two turns of its event loop: one in `while (true)`
 * has none. So a thread of its own waits for the end of a pipe that nothing is ever sent on. The kernel closes
 * it with the process that holds its other end, however that ends.
 *
 * @module
 */
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { consoleLog } from '../call/log.ts'

/** The descriptor of that pipe in the process. */
const LIFELINE_FD = 4

/** Milliseconds that are left for teardown: as many as an orderly stop leaves. */
const GRACE_MS = 3_000

// Plain, for it must run before anything that the app's flags bring along.
const WATCH = `
  import('node:net').then(({ Socket }) => {
    const line = new Socket({ fd: ${LIFELINE_FD}, readable: true, writable: false })
    line.on('error', () => {})
    line.once('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${GRACE_MS}))
    line.resume()
  })
`

/** For who starts such a process: its end of the pipe is there to be closed with this process, and keeps it from nothing. */
export function holdLifeline(child: ChildProcess): void {
  // One that was not started, for too many files are open, has none of them.
  const pipes = child.stdio as readonly unknown[] | undefined
  const held = pipes?.[LIFELINE_FD] as Socket | undefined
  held?.on('error', () => {})
  held?.unref()
}

/** Ends this process by force a while after the other end of its lifeline is closed. */
export function endWithStarter(): void {
  const watch = new Worker(WATCH, { eval: true, execArgv: [], env: {} })
  watch.on('error', (error) =>
    consoleLog.warn({ err: error }, 'Nothing ends this process should it hang when its gateway is killed'),
  )
  watch.unref()
}
