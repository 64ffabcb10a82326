/**
 * Ports for programs that have to be told one before they start, and may start again.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that systems hand out by themselves, to whoever asks for any while ours is not taken yet. */
const FIRST = 20_000
/** Of each process that runs tests; those that run at once differ in their number. */
const EACH = 200
const PROCESSES = 50

const own = FIRST + EACH * (Number(process.env['VITEST_POOL_ID'] ?? 0) % PROCESSES)
let next = Math.floor(Math.random() * EACH)

/** One that nobody listens on now, and that nobody else is given. Throws Error when there is none. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < EACH; tries++) {
    const port = own + (next++ % EACH)
    if (await isFree(port)) return port
  }
  throw new Error(`No port from ${own} to ${own + EACH - 1} is free`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    // On all addresses, as the program may.
    await once(server.listen(port), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
