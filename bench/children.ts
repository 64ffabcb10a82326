/**
 * Children that do not outlive us, however we end.
 *
 * @module
 */
import type { ChildProcess } from 'node:child_process'

const running = new Map<ChildProcess, () => void>()

process.once('exit', () => {
  for (const kill of running.values()) kill()
})

/**
 * Ends the child when this process ends. Gives what ends it now: resolves once it is gone.
 *
 *   group   true for a child that was started as `detached`: all that it started ends with it
 */
export function adopt(child: ChildProcess, { group = false } = {}): () => Promise<void> {
  const kill = (): void => {
    if (group && child.pid !== undefined) killGroup(child.pid)
    else child.kill('SIGKILL')
  }
  running.set(child, kill)
  const closed = new Promise<void>((resolve) => {
    const gone = (): void => {
      running.delete(child)
      resolve()
    }
    child.once('close', gone)
    child.once('error', gone) // it could not be started
  })
  return () => {
    kill()
    return closed
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {} // nobody is left of it
}
