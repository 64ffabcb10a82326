import { expect, test } from 'vitest'
import { judge, readReport } from '../../bench/report.ts'
import { number, table } from '../../bench/table.ts'
import { figure, HELLO, report, row } from './report.ts'

const NODE = { of: 'hagaki', against: ['node-http'], atMost: 0.7 }

test('a target is met by the median of the ratios, the limit included', () => {
  const figures = [figure('hagaki', [7, 7, 9]), figure('node-http', [10, 10, 10])]
  expect(judge(NODE, figures)).toMatchObject({ met: true, value: { median: 0.7 } })
  expect(judge({ ...NODE, atMost: 0.69 }, figures)).toMatchObject({ met: false })
})

test('a target against nobody judges the figure itself', () => {
  const figures = [figure('hagaki', [5, 6, 7])]
  expect(judge({ of: 'hagaki', against: [], atMost: 6 }, figures)).toMatchObject({ met: true })
  expect(judge({ of: 'hagaki', against: [], atMost: 5.9 }, figures)).toMatchObject({ met: false })
})

test('a target against the faster of two needs both of them', () => {
  const target = { of: 'packed', against: ['cbor', 'msgpack'], atMost: 1 }
  const ours = figure('packed', [2, 2])
  const both = [ours, figure('cbor', [4, 2]), figure('msgpack', [2, 4])]
  expect(judge(target, both)).toMatchObject({ met: true, value: { median: 1 } })
  const one = [ours, figure('cbor', [4, 4]), figure('msgpack', [], { absent: 'not installed here' })]
  expect(judge(target, one)).toMatchObject({ met: null, value: null })
})

test('what is absent is said, and its targets are not judged', () => {
  const absent = row([figure('hagaki', [1]), figure('node-http', [], { absent: 'why not' })], [NODE])
  const printed = table(report([absent]))
  expect(printed).toContain('not here: why not')
  expect(printed).toContain('target not judged: at most 0.7 × node-http')
  expect(printed).toContain('0 targets met, 0 missed, 1 not judged')
})

test('a server with errors is refused, with the errors and without a figure', () => {
  const wrong = figure('node-http', [], { absent: '3 timeouts', failed: true })
  expect(table(report([row([figure('hagaki', [1]), wrong])]))).toContain('refused: 3 timeouts')
})

test('a row shows figures, multiples of the base, and what became of the targets', () => {
  const lines = table(report([HELLO])).split('\n')
  expect(lines[0]).toBe('Test <1>, 2 cores, 4 GiB, Linux 6.1.0, Node 20.0.0')
  expect(lines.find((line) => line.startsWith('  Hagaki'))).toMatch(
    / 7\.00 +\(6\.50-7\.50\) +0\.70 +100,000$/,
  )
  expect(lines.find((line) => line.includes('Bun'))).toMatch(/not here: not installed here$/)
  expect(lines).toContain('  target met: 0.70 (0.65-0.75), at most 0.72 × node:http')
  expect(lines.at(-2)).toBe('1 targets met, 0 missed')
})

test('a missed target says so', () => {
  const missed = row([figure('hagaki', [9]), figure('node-http', [10])], [NODE])
  expect(table(report([missed]))).toContain('target MISSED: 0.90 (0.90-0.90), at most 0.7 × node-http')
})

test('a quick run calls itself rough', () => {
  expect(table(report([HELLO], { quick: true }))).toContain('a rough idea')
})

test('numbers have three digits that count', () => {
  for (const [value, text] of [
    [0.123, '0.12'],
    [9.994, '9.99'],
    [9.996, '10.0'],
    [99.96, '100'],
    [512.4, '512'],
    [12_345.6, '12,346'],
  ] as const) {
    expect(number(value)).toBe(text)
  }
})

test('a report is read as it was written, and nothing else is', () => {
  const whole = report([HELLO])
  expect(readReport(JSON.stringify(whole))).toEqual(whole)
  const text = JSON.stringify(whole)
  expect(() => readReport(text.slice(0, -1))).toThrow('it is no JSON')
  for (const other of [
    'null',
    '1',
    '[]',
    '{}',
    '{"version":2,"rows":[],"machine":{}}',
    '{"version":1,"rows":{}}',
  ])
    expect(() => readReport(other), other).toThrow('it is no report of this bench')
})
