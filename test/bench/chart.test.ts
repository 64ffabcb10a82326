import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scale } from '../../bench/chart/scale.ts'
import { chart } from '../../bench/chart.ts'
import type { Figure } from '../../bench/report.ts'
import { figure, HELLO, report, row } from './report.ts'

const count = (text: string, part: string | RegExp): number => text.split(part).length - 1

test('an axis begins at zero, ends at or above the most, and has few round ticks', () => {
  expect(scale(11.3, 100).ticks).toEqual([0, 2.5, 5, 7.5, 10, 12.5])
  expect(scale(10, 100).ticks).toEqual([0, 2, 4, 6, 8, 10])
  expect(scale(0, 100).end).toBeGreaterThan(0)
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (most) => {
      const { end, ticks, at } = scale(most, 300)
      expect(end).toBeGreaterThanOrEqual(most * (1 - 1e-9))
      expect(end).toBeLessThanOrEqual(most * 2)
      expect(ticks.length).toBeLessThanOrEqual(6)
      expect(at(0)).toBe(0)
      expect(at(end)).toBeCloseTo(300)
    }),
  )
})

test('every server that was measured has a bar with its name and figure, the absent ones none', () => {
  const drawn = chart(report([HELLO]))
  expect(count(drawn, 'class="name')).toBe(2)
  expect(drawn).toContain('>Hagaki</text>')
  expect(drawn).toContain('>7.00</text>')
  expect(drawn).not.toContain('>Bun</text>')
})

test('bars go from the least to the most', () => {
  const drawn = chart(report([row([figure('b', [20]), figure('c', [30]), figure('a', [10])])]))
  const names = [...drawn.matchAll(/class="name"[^>]*>(.)</g)].map(([, name]) => name)
  expect(names).toEqual(['a', 'b', 'c'])
})

test('a peer far behind several others is cut, and says how long it is', () => {
  const cuts = (...figures: readonly Figure[]): number =>
    count(chart(report([row(figures)])), 'class="break"')
  const others = [figure('a', [10]), figure('b', [11]), figure('c', [12])]
  expect(cuts(...others, figure('d', [90]))).toBe(1)
  expect(chart(report([row([...others, figure('d', [90])])]))).toContain('>90.0</text>')
  expect(cuts(...others, figure('d', [20])), 'not that far').toBe(0)
  expect(cuts(...others.slice(1), figure('d', [90])), 'few bars').toBe(0)
  expect(cuts(...others, figure('hagaki', [90], { kind: 'ours' })), 'ours is never cut').toBe(0)
})

test('a target is a mark on our bar, as far out as it allows', () => {
  const drawn = chart(report([HELLO]))
  // One in the panel, one in the key.
  expect(count(drawn, 'class="target"')).toBe(2)
  expect(count(chart(report([row([figure('a', [1])])])), 'class="target"')).toBe(1)
})

test('rows in process, and rows that nobody took part in, have no panel', () => {
  const process = row([figure('hagaki', [5])], [], { unit: 'CPU ns per operation', title: 'in process' })
  const empty = row([figure('hagaki', [], { absent: 'why not' })], [], { title: 'nobody here' })
  const drawn = chart(report([process, empty]))
  expect(count(drawn, 'class="title"')).toBe(0)
  expect(drawn).toMatch(/^<svg [^]*<\/svg>\n$/)
})

test('what came from outside is text and no markup', () => {
  const drawn = chart(report([row([figure('a', [1], { title: '<script>&"' })])]))
  expect(drawn).not.toContain('<script')
  expect(drawn).toContain('&#60;script&#62;&#38;&#34;')
  expect(drawn).toContain('Test &#60;1&#62;')
})

test('it follows the reader to the dark, and tells who cannot see it', () => {
  const drawn = chart(report([HELLO]))
  expect(drawn).toContain('prefers-color-scheme: dark')
  expect(drawn).toContain(
    '<desc id="description">hello, small head, CPU µs per request: Hagaki 7.00, node:http 10.0.</desc>',
  )
})
