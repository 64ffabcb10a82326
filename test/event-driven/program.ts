/**
 * A server in a process of its own: what happens on its event loop is its own doing, and a loop that
 * never turns again can be ended.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/**
 * Starts a program with its arguments, and gives what its first line says: a port. It is
 * ended with the test. Throws Error when the program ends before.
 */
export async function started(program: URL, ...args: readonly string[]): Promise<number> {
  const file = fileURLToPath(program)
  const flags = ['--conditions=hagaki-source', '--import', 'tsx']
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close').then(() => {
    throw new Error(`${file} ended before it served`)
  })
  const [port] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
  return Number(port)
}
