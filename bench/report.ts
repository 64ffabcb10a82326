/**
 * What a run found out, as plain data: written as JSON, printed as a table, drawn as a chart.
 *
 * @module
 */
import { ratios, type Spread, spread } from './statistics.ts'

export interface Report {
  readonly version: 1
  /** When it began, ISO 8601. */
  readonly date: string
  /** True for few and short rounds. */
  readonly quick: boolean
  readonly machine: Machine
  readonly rows: readonly Row[]
}

/** By its hardware: no name, no paths. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
}

export type Unit = 'CPU µs per request' | 'KiB per connection' | 'CPU ns per operation'

export interface Row {
  readonly name: string
  readonly title: string
  readonly unit: Unit
  /** What the others are compared with; null where nothing is. */
  readonly base: string | null
  readonly figures: readonly Figure[]
  readonly targets: readonly Judged[]
}

export interface Figure {
  readonly name: string
  readonly title: string
  /** Ours, a peer in Node, or a ceiling: a native server, or one that does less. */
  readonly kind: FigureKind
  /** In the row's unit, by round; empty when `absent` says why. */
  readonly samples: readonly number[]
  readonly absent: string | null
  /** True when it is absent because it gave no right answers. */
  readonly failed: boolean
  /** Operations per second in the middle round, or null where none were counted. */
  readonly perSecond: number | null
}

export type FigureKind = 'ours' | 'peer' | 'ceiling'

export interface Target {
  readonly of: string
  /** The fastest of these is 1; none: the figure itself is judged. */
  readonly against: readonly string[]
  readonly atMost: number
}

export interface Judged extends Target {
  /** Of the ratio by round, or of the figure; null when one of them is absent. */
  readonly value: Spread | null
  readonly met: boolean | null
}

/** Holds a row's figures against a target. */
export function judge(target: Target, figures: readonly Figure[]): Judged {
  const samples = (name: string): readonly number[] =>
    figures.find((figure) => figure.name === name)?.samples ?? []
  const ours = samples(target.of)
  const theirs = target.against.map(samples)
  if ([ours, ...theirs].some((some) => some.length === 0)) return { ...target, value: null, met: null }
  const value = spread(theirs.length === 0 ? ours : ratios(ours, theirs))
  return { ...target, value, met: value.median <= target.atMost }
}

/** Reads a report that was written before. Throws Error for what is none. */
export function readReport(text: string): Report {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new Error('it is no JSON')
  }
  const { version, rows, machine } = (data ?? {}) as Partial<Report>
  if (version !== 1 || !Array.isArray(rows) || typeof machine !== 'object')
    throw new Error('it is no report of this bench')
  return data as Report
}
