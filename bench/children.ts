/**
 * Children that do not outlive us, however we end.
 *
 * @module
 */
import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Ends the child when this process ends. Gives what ends it now: resolves once it is gone. */
export function adopt(child: ChildProcess): () => Promise<void> {
  running.add(child)
  const closed = new Promise<void>((resolve) => {
    const gone = (): void => {
      running.delete(child)
      resolve()
    }
    child.once('close', gone)
    child.once('error', gone) // it could not be started
  })
  return () => {
    child.kill('SIGKILL')
    return closed
  }
}
