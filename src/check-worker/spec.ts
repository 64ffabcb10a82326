/**
 * Prints the rows into `spec/check-worker.md`.
 *
 * @module
 */
import { ROWS } from './check-worker.ts'

const BEGIN = '<!-- printed from src/check-worker/rows by `npm run spec` -->'
const END = '<!-- end of what is printed -->'

/** The page with its printed part made anew. Throws Error when the marks are not there. */
export function printRows(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error('spec/check-worker.md has no marks around what is printed')
  return `${page.slice(0, from)}${BEGIN}\n\n${table()}\n\n${page.slice(to)}`
}

function table(): string {
  const lines = ROWS.map(({ name, rule, section, vectors }) => {
    const sent = vectors.length === 0 ? '' : String(vectors.length)
    return `| \`${name}\` | ${rule.replaceAll('|', '\\|')} | ${section} | ${sent} |`
  })
  return ['| row | rule | in frames.md | vectors |', '| --- | --- | --- | --- |', ...lines].join('\n')
}
