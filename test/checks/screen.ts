/**
 * What `npm test` writes itself: headings, the closing table, the totals.
 *
 * @module
 */
import { colours } from './child.ts'
import type { Outcome } from './step.ts'

export interface Row {
  readonly name: string
  readonly outcome: Outcome
  readonly seconds: number
}

type Paint = (code: number, text: string) => string

const plain: Paint = (_, text) => text
const painted: Paint = (code, text) => `\x1b[${code}m${text}\x1b[0m`
const paintFor = (coloured: boolean): Paint => (coloured ? painted : plain)

/** The line above a step. */
export function heading(name: string, what: string): string {
  return `\n${paintFor(colours())(1, `== ${name}`)} (${what})`
}

/** The line below a step. */
export function ending({ name, outcome, seconds }: Row): string {
  return `== ${name} ${result(outcome, paintFor(colours()))} in ${seconds.toFixed(1)} s`
}

/** One line per step, then the totals alone on a line. */
export function table(rows: readonly Row[], coloured: boolean = colours()): string {
  const paint = paintFor(coloured)
  const width = Math.max(...rows.map((row) => row.name.length))
  const lines = rows.map(({ name, outcome, seconds }) => {
    // Padded before it is painted: colours have length and no width.
    const word = result(outcome, paint, 6)
    return `${name.padEnd(width)}  ${word}  ${seconds.toFixed(1).padStart(6)} s  ${detail(outcome)}`.trimEnd()
  })
  const { passed, failed } = totals(rows)
  return `\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`
}

/** Sums over all steps. */
export function totals(rows: readonly Row[]): { readonly passed: number; readonly failed: number } {
  const sum = (count: (outcome: Outcome) => number): number =>
    rows.reduce((total, row) => total + count(row.outcome), 0)
  return { passed: sum((outcome) => outcome.passed), failed: sum((outcome) => outcome.failed) }
}

function result(outcome: Outcome, paint: Paint, width = 0): string {
  return outcome.failed === 0 ? paint(32, 'ok'.padEnd(width)) : paint(31, 'FAILED'.padEnd(width))
}

function detail({ passed, failed, note }: Outcome): string {
  const counts = passed + failed > 1 ? [`${passed} passed, ${failed} failed`] : []
  return [...counts, note].filter((text) => text !== '').join('; ')
}
