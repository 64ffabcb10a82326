/**
 * Where the wall keeps its things: the folder WALL_DATA, or `data` beside this module.
 *
 * @module
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of one of them, such as "cards.jsonl". */
export function placeOf(name: string): string {
  return join(process.env['WALL_DATA'] ?? fileURLToPath(new URL('./data/', import.meta.url)), name)
}
