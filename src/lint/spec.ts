/**
 * Prints the contract from its rows. `scripts/spec.ts` writes it to `spec/SPEC.md`.
 *
 * @module
 */
import type { Rows } from './row.ts'
import { HEADINGS, ROWS } from './rows.ts'

const OPENING = `# The contract

An application is one function. Servers and transports call it, middleware wraps it, handlers compile to
it. This page is all that they agree on. It is printed from the rows in \`src/lint\`: most are checked by
the middleware \`lint\`, in both directions; the table at the end says what holds the others.`

/**
 * The whole page.
 *
 *   contract   the text of `src/contract.ts`, whose declarations are quoted
 */
export function printSpec(contract: string): string {
  const clauses = HEADINGS.flatMap(([first, heading], at) => {
    const end = HEADINGS[at + 1]?.[0] ?? Number.POSITIVE_INFINITY
    const numbers = [...byClause().keys()].filter((clause) => clause >= first && clause < end)
    return [`## ${heading}`, numbers.map(printClause).join('\n')]
  })
  const parts = [OPENING, '## Types', quoted(contract), ...clauses, '## What lint cannot see', printHeld()]
  return `${parts.join('\n\n')}\n`
}

/** Rows by the number of their clause, in order. */
function byClause(): Map<number, Rows<never>> {
  const numbers = [...new Set(ROWS.map(({ section }) => Number(section)))].sort((a, b) => a - b)
  return new Map(numbers.map((clause) => [clause, ROWS.filter(({ section }) => Number(section) === clause)]))
}

function printClause(clause: number): string {
  const rules = byClause()
    .get(clause)!
    .map(({ rule }) => `${rule}.`)
  return `${clause}. ${rules.join(' ')}`
}

function printHeld(): string {
  const held = new Map<string, Set<string>>()
  for (const row of ROWS) {
    if ('held' in row) held.set(row.held, (held.get(row.held) ?? new Set()).add(row.section))
  }
  const lines = [...held]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, clauses]) => `| [\`${file}\`](../${file}) | ${[...clauses].join(', ')} |`)
  return ['| held by | clauses |', '| --- | --- |', ...lines].join('\n')
}

/** The declarations, without imports and comments: the clauses say what those say. */
function quoted(contract: string): string {
  const code = contract
    .replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replace(/^import .*\n/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return `\`\`\`ts\n${code}\n\`\`\``
}
