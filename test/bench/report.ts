/** Reports for tests of what is made of them. */
import { type Figure, judge, type Report, type Row, type Target } from '../../bench/report.ts'

export function figure(name: string, samples: readonly number[], more: Partial<Figure> = {}): Figure {
  return { name, title: name, kind: 'peer', samples, absent: null, failed: false, perSecond: null, ...more }
}

export function row(
  figures: readonly Figure[],
  targets: readonly Target[] = [],
  more: Partial<Row> = {},
): Row {
  return {
    name: 'hello',
    title: 'hello, small head',
    unit: 'CPU µs per request',
    base: 'node-http',
    figures,
    targets: targets.map((target) => judge(target, figures)),
    ...more,
  }
}

export function report(rows: readonly Row[], more: Partial<Report> = {}): Report {
  const machine = { processor: 'Test <1>', cores: 2, memoryGiB: 4, system: 'Linux 6.1.0', node: '20.0.0' }
  return { version: 1, date: '2026-01-02T03:04:05.000Z', quick: false, machine, rows, ...more }
}

export const HELLO: Row = row(
  [
    figure('hagaki', [6, 7, 8], { title: 'Hagaki', kind: 'ours', perSecond: 100_000 }),
    figure('node-http', [10, 10, 10], { title: 'node:http', perSecond: 70_000 }),
    figure('bun', [], { title: 'Bun', kind: 'ceiling', absent: 'not installed here' }),
  ],
  [{ of: 'hagaki', against: ['node-http'], atMost: 0.72 }],
)
