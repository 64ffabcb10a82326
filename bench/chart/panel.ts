/**
 * One panel: a title, a bar for each server from the least to the most, an axis from zero.
 *
 * @module
 */
import type { Figure, Row } from '../report.ts'
import { spread } from '../statistics.ts'
import { number } from '../table.ts'
import { escapeXml, n } from './markup.ts'
import { type Scale, scale } from './scale.ts'

export const WIDTH = 420

const NAMES = 138
const VALUES = 44
const BARS = WIDTH - NAMES - VALUES
const BAR = 13
const STEP = 20
const TOP = 30
const AXIS = 34
/** Among so many bars, one so many times as long as the next is cut. */
const SEVERAL = 4
const CUT = 2

export interface Panel {
  readonly markup: string
  readonly bars: number
}

export function panelHeight({ bars }: Panel): number {
  return TOP + bars * STEP + AXIS
}

/** Draws the figures that are there. */
export function panel({ title, unit, figures, targets }: Row): Panel {
  const there = figures
    .filter(({ absent }) => absent === null)
    .map((figure) => ({ figure, ...spread(figure.samples) }))
    .sort((a, b) => a.median - b.median)
  const marks = targets.map(({ against, atMost }) => {
    const medians = there.filter(({ figure }) => against.includes(figure.name)).map(({ median }) => median)
    return against.length === 0 ? atMost : atMost * Math.min(...medians)
  })
  const shown = marks.filter(Number.isFinite)
  const axis = scale(Math.max(reach(there), ...shown), BARS)
  const bottom = TOP + there.length * STEP
  const ours = there.findIndex(({ figure }) => figure.name === 'hagaki')
  const parts = [
    `<text class="title" x="0" y="14">${escapeXml(title)}</text>`,
    ...axis.ticks.map((tick) => {
      const x = n(NAMES + axis.at(tick))
      const line = `<path class="${tick === 0 ? 'axis' : 'grid'}" d="M${x} ${TOP - 4}V${bottom}"/>`
      return `${line}<text class="tick" x="${x}" y="${bottom + 15}">${tick.toLocaleString('en-GB')}</text>`
    }),
    `<text class="unit" x="${NAMES + BARS}" y="${bottom + 29}">${unit}</text>`,
    ...there.map((one, at) => bar(one, TOP + at * STEP, axis, at === ours ? shown : [])),
    ...(ours < 0 ? [] : shown.map((mark) => target(NAMES + axis.at(mark), TOP + ours * STEP))),
  ]
  return { markup: parts.join('\n'), bars: there.length }
}

interface Bar {
  readonly figure: Figure
  readonly median: number
  readonly low: number
  readonly high: number
}

/** What the axis has to show: of several bars one of a peer, far longer than all others, is cut and says so. */
function reach(bars: readonly Bar[]): number {
  const [second, last] = [bars.at(-2), bars.at(-1)]
  const cuts = bars.length >= SEVERAL && last!.figure.kind === 'peer' && last!.median > CUT * second!.median
  return cuts ? second!.high * 1.3 : Math.max(...bars.map(({ high }) => high))
}

function bar({ figure, median, low, high }: Bar, y: number, axis: Scale, marks: readonly number[]): string {
  const { name, title, kind } = figure
  const mine = name === 'hagaki' ? ' mine' : ''
  const second = kind === 'ours' && name !== 'hagaki' ? ' second' : ''
  const cut = median > axis.end
  const middle = n(y + BAR / 2)
  const [from, to] = [n(NAMES + axis.at(low)), n(NAMES + axis.at(high))]
  const end = NAMES + (cut ? BARS : axis.at(Math.max(median, high)))
  // A mark close behind the bar would cross its figure.
  const behind = Math.max(end, ...marks.map((mark) => NAMES + axis.at(mark)).filter((x) => x < end + 44))
  const shape = `<rect class="${kind}${second}" x="${NAMES}" y="${y}" width="${n(Math.max(1, Math.min(BARS, axis.at(median))))}" height="${BAR}" rx="2"/>`
  const extent = cut
    ? `<path class="break" d="M${n(end - 22)} ${y + BAR + 2}l6 -${BAR + 4}M${n(end - 15)} ${y + BAR + 2}l6 -${BAR + 4}"/>`
    : `<path class="whisker" d="M${from} ${middle}H${to}M${from} ${n(y + 3.5)}v${BAR - 7}M${to} ${n(y + 3.5)}v${BAR - 7}"/>`
  return [
    `<text class="name${mine}" x="${NAMES - 8}" y="${n(y + BAR - 2.5)}">${escapeXml(title)}</text>`,
    shape,
    extent,
    `<text class="value${mine}" x="${n(behind + 6)}" y="${n(y + BAR - 2.5)}">${number(median)}</text>`,
  ].join('')
}

function target(x: number, y: number): string {
  return `<path class="target" d="M${n(x)} ${y - 3}V${y + BAR + 3}"/>`
}

/** A figure in words. */
export function label({ title, samples }: Figure): string {
  return `${title} ${number(spread(samples).median)}`
}
