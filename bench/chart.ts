/**
 * The chart: one panel for each row over sockets, one bar for each server, Hagaki's in colour, targets
 * as marks. It fits light and dark pages, by the reader's preference.
 *
 * @module
 */

import { escapeXml, n } from './chart/markup.ts'
import { label, WIDTH as PANEL_WIDTH, type Panel, panel, panelHeight } from './chart/panel.ts'
import { STYLE } from './chart/style.ts'
import { describe } from './machine.ts'
import type { Report, Row, Unit } from './report.ts'

const COLUMNS = 2
const GAP = 36
const BETWEEN = 22
const MARGIN = 28
const HEADER = 92
const FOOTER = 62
const WIDTH = 2 * MARGIN + COLUMNS * PANEL_WIDTH + (COLUMNS - 1) * GAP

const SHOWN: readonly Unit[] = ['CPU µs per request', 'KiB per connection']

/** Whether a row has a panel: over sockets, and measured. */
export function isShown({ unit, figures }: Row): boolean {
  return SHOWN.includes(unit) && figures.some(isThere)
}

/** Draws a report. An SVG document. */
export function chart(report: Report): string {
  const rows = report.rows.filter(isShown)
  const panels = rows.map(panel)
  const placed = place(panels)
  const height = HEADER + placed.height + FOOTER
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${n(height)}" viewBox="0 0 ${WIDTH} ${n(height)}" role="img" aria-labelledby="title description">`,
    `<title id="title">Hagaki and its peers, side by side</title>`,
    `<desc id="description">${escapeXml(words(rows))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="100%" height="100%" rx="10"/>`,
    header(report),
    ...placed.parts,
    footer(report, height),
    '</svg>\n',
  ].join('\n')
}

/** Two in a row, in reading order. */
function place(panels: readonly Panel[]): { readonly parts: readonly string[]; readonly height: number } {
  const parts: string[] = []
  let y = 0
  for (let at = 0; at < panels.length; at += COLUMNS) {
    const line = panels.slice(at, at + COLUMNS)
    line.forEach((one, column) => {
      const x = MARGIN + column * (PANEL_WIDTH + GAP)
      parts.push(`<g transform="translate(${x} ${n(HEADER + y)})">${one.markup}</g>`)
    })
    y += Math.max(...line.map(panelHeight)) + BETWEEN
  }
  return { parts, height: Math.max(0, y - BETWEEN) }
}

function header({ quick }: Report): string {
  const what = `CPU time of the server process for each request, user and system. Shorter is better.`
  return [
    `<text class="headline" x="${MARGIN}" y="42">Hagaki and its peers, side by side</text>`,
    `<text class="what" x="${MARGIN}" y="64">${what}${quick ? ' A quick run: a rough idea.' : ''}</text>`,
  ].join('\n')
}

function footer({ machine, date }: Report, height: number): string {
  const y = height - 34
  const key = [
    ['ours', 'Hagaki'],
    ['peer', 'in Node'],
    ['ceiling', 'native, or does less'],
  ] as const
  let x = MARGIN
  const swatches = key.map(([kind, text]) => {
    const swatch = `<rect class="${kind}" x="${x}" y="${n(y - 9)}" width="12" height="10" rx="2"/><text class="note" x="${x + 18}" y="${n(y)}">${text}</text>`
    x += 18 + text.length * 6.4 + 22
    return swatch
  })
  const mark = `<path class="target" d="M${n(x + 1)} ${n(y - 11)}v14"/><text class="note" x="${n(x + 9)}" y="${n(y)}">target: at most</text>`
  const where = `${describe(machine)}. ${date.slice(0, 10)}. Medians of interleaved rounds, whiskers the middle half.`
  return [
    ...swatches,
    mark,
    `<text class="note" x="${MARGIN}" y="${n(y + 20)}">${escapeXml(where)}</text>`,
  ].join('\n')
}

/** For those who hear the chart. */
function words(rows: readonly Row[]): string {
  return rows
    .map((row) => `${row.title}, ${row.unit}: ${row.figures.filter(isThere).map(label).join(', ')}.`)
    .join(' ')
}

function isThere({ absent }: Row['figures'][number]): boolean {
  return absent === null
}
