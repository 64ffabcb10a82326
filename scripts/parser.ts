/**
 * Prints the table of `docs/parser.md`, for pasting: `node --import tsx scripts/parser.ts`.
 *
 * @module
 */
import { differencesTable } from '../test/differential/differences.ts'

console.log(differencesTable())
