/**
 * What every server here does besides serving: tells its port, ends with its parent, and says on
 * demand what memory it holds (with --expose-gc).
 */
import process from 'node:process'

/** Announces the port on stdout. */
export function ready(port) {
  process.stdout.write(`${JSON.stringify({ port })}\n`)
}

process.stdin.on('data', () => {
  for (let times = 0; times < 4; times++) globalThis.gc?.()
  process.stdout.write(`${JSON.stringify(process.memoryUsage())}\n`)
})
process.stdin.on('end', () => process.exit(0))
