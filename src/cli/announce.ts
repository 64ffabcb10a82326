/**
 * What the command says once requests are answered.
 *
 * @module
 */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** "hagaki: app.ts on http://127.0.0.1:9292 (development)". */
export function announce(module: URL, url: string, facts: readonly string[]): void {
  const file = relative(process.cwd(), fileURLToPath(module))
  process.stdout.write(`hagaki: ${file} on ${url} (${facts.join(', ')})\n`)
}
