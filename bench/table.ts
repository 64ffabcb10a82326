/**
 * The table that a run prints.
 *
 * @module
 */
import { describe } from './machine.ts'
import type { Figure, Judged, Report, Row } from './report.ts'
import { ratios, spread } from './statistics.ts'

/** Name, figure, its middle half, multiple of the base, operations per second. */
const WIDTHS = [42, 10, 17, 13, 11] as const

/** The whole table, to be printed. */
export function table(report: Report): string {
  const { rows, machine, quick } = report
  const how = quick
    ? 'few and short rounds: a rough idea'
    : 'median of all rounds, the middle half in brackets'
  return [describe(machine), how, ...rows.map(section), totals(rows)].join('\n') + '\n'
}

function section(row: Row): string {
  const { title, unit, figures, base, targets } = row
  const baseTitle = figures.find(({ name }) => name === base)?.title
  const heading = columns([
    title,
    unit.replace(/^CPU (..) per .*$/, '$1').replace(/ per .*$/, ''),
    '',
    baseTitle === undefined ? '' : `× ${short(baseTitle)}`,
    perSecond(figures) ? 'per second' : '',
  ])
  return [
    '',
    heading,
    ...figures.map((figure) => line(figure, row)),
    ...targets.map((one) => target(one, row)),
  ].join('\n')
}

function line(figure: Figure, { figures, base }: Row): string {
  const { title, samples, absent } = figure
  if (absent !== null)
    return `  ${title.padEnd(WIDTHS[0] - 2)}${figure.failed ? 'refused' : 'not here'}: ${absent}`
  const { median, low, high } = spread(samples)
  const theirs = figures.find(({ name }) => name === base)?.samples ?? []
  const multiple = theirs.length === 0 ? '' : spread(ratios(samples, [theirs])).median.toFixed(2)
  const speed = figure.perSecond === null ? '' : figure.perSecond.toLocaleString('en-GB')
  return columns([`  ${title}`, number(median), `(${number(low)}-${number(high)})`, multiple, speed])
}

/** A target in words, with what became of it. */
export function target({ against, atMost, value, met }: Judged, { figures, unit }: Row): string {
  const titles = against.map((name) => figures.find((figure) => figure.name === name)?.title ?? name)
  const scale =
    titles.length === 0
      ? unit
      : `× ${titles.length === 1 ? titles[0] : `the faster of ${titles.join(' and ')}`}`
  const wanted = `at most ${atMost} ${scale}`
  if (value === null) return `  target not judged: ${wanted}`
  const seen = `${value.median.toFixed(2)} (${value.low.toFixed(2)}-${value.high.toFixed(2)})`
  return `  target ${met === true ? 'met' : 'MISSED'}: ${seen}, ${wanted}`
}

function totals(rows: readonly Row[]): string {
  const all = rows.flatMap(({ targets }) => targets)
  const count = (met: boolean | null): number => all.filter((one) => one.met === met).length
  const open = count(null) === 0 ? '' : `, ${count(null)} not judged`
  return `\n${count(true)} targets met, ${count(false)} missed${open}`
}

/** Three digits that count. */
export function number(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-GB')
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)
}

function short(title: string): string {
  return title.replace(/\(.*$/, '').replace(/^environment: /, '')
}

function perSecond(figures: readonly Figure[]): boolean {
  return figures.some((figure) => figure.perSecond !== null)
}

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[at]!)))
    .join('')
    .trimEnd()
}
