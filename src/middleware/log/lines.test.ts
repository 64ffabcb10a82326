import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEntry } from './entry.ts'
import { jsonLine, textLine, title } from './lines.ts'
import { printable, printableJson, printableLines } from './printable.ts'

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const CLOCK = new Date(TIME).toTimeString().slice(0, 8)

const ENTRY: LogEntry = { method: 'GET', path: '/a', status: 200, ms: 1.5 }
const FULL: LogEntry = {
  method: 'POST',
  path: '/a%20b',
  query: 'c=d',
  status: 503,
  ms: 12,
  bytes: 34,
  client: '192.0.2.1',
  requestId: 'id-1',
  aborted: true,
  code: 'app_failed',
}

test('a line for machines is one JSON object, time and level first', () => {
  expect(jsonLine('info', ENTRY, TIME)).toBe(
    '{"time":"2026-01-02T03:04:05.678Z","level":"info","method":"GET","path":"/a","status":200,"ms":1.5}',
  )
  expect(JSON.parse(jsonLine('error', FULL, TIME))).toEqual({
    time: '2026-01-02T03:04:05.678Z',
    level: 'error',
    ...FULL,
  })
})

test('a line for people begins with the time of day, and leaves out what is not known', () => {
  const line = textLine(false)
  expect(line('info', ENTRY, TIME)).toBe(`${CLOCK} GET /a 200 1.5 ms`)
  expect(line('error', FULL, TIME)).toBe(
    `${CLOCK} POST /a%20b?c=d 503 12 ms 34 B 192.0.2.1 id-1 app_failed aborted`,
  )
  expect(line('info', { ...ENTRY, status: null }, TIME)).toBe(`${CLOCK} GET /a - 1.5 ms`)
  expect([title(ENTRY), title({ ...FULL, status: null })]).toEqual(['GET /a 200', 'POST /a%20b - aborted'])
})

test('colours are for a terminal, and tell the classes of statuses apart', () => {
  const seen = new Set<string>()
  for (const status of [200, 301, 404, 500]) {
    const line = textLine(true)('info', { ...ENTRY, status }, TIME)
    seen.add(/\x1b\[(\d+)m\d{3}\x1b\[0m/.exec(line)![1]!)
  }
  expect(seen.size).toBe(4)
  expect(textLine(false)('info', ENTRY, TIME)).not.toContain('\x1b')
})

test('an error comes with its stack and its causes, indented for people', () => {
  const err = new TypeError('outer', { cause: new Error('inner', { cause: 'root' }) })
  const text = textLine(false)('error', { ...ENTRY, err }, TIME).split('\n')
  expect(text[1]).toBe('    TypeError: outer')
  expect(text).toContain('    Caused by: Error: inner')
  expect(text.at(-1)).toBe('    Caused by: root')
  expect(text.slice(1).every((line) => line.startsWith('    '))).toBe(true)
  const { err: data } = JSON.parse(jsonLine('error', { ...ENTRY, err }, TIME)) as { err: { stack: string } }
  expect(data).toEqual({
    type: 'TypeError',
    message: 'outer',
    stack: expect.stringContaining('Caused by: root'),
  })
})

test('whatever is thrown can be written', () => {
  const circle = new Error('round')
  circle.cause = circle
  const stackless = new Error('bare')
  delete (stackless as { stack?: unknown }).stack
  const hostile = new Error('x')
  Object.defineProperty(hostile, 'stack', { value: { toString: null } })
  for (const [err, shown] of [
    ['text', 'text'],
    [null, 'null'],
    [0, '0'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), 'an object that is no Error: its members are none'],
    [circle, 'round'],
    [stackless, 'bare'],
    [hostile, 'what cannot be shown'],
  ] as const) {
    expect(textLine(false)('error', { ...ENTRY, err }, TIME)).toContain(shown)
    expect(JSON.parse(jsonLine('error', { ...ENTRY, err }, TIME))).toHaveProperty('err.message')
  }
})

// What a terminal or a reader of lines would obey.
const OBEYED = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const ODD = fc.string({ unit: fc.constantFrom(...'\n\r\t\0\x1b\x7f\x85\x9b\u2028\u202e\u2066\\" a[31m') })

test('no text can end a line, forge one, or steer a terminal', () => {
  fc.assert(
    fc.property(ODD, (odd) => {
      const err = new Error(odd)
      const entry = { ...ENTRY, path: printable(odd), client: printable(odd), err }
      const json = jsonLine('error', entry, TIME)
      expect(json).not.toMatch(OBEYED)
      expect(JSON.parse(json)).toEqual(
        expect.objectContaining({ err: expect.objectContaining({ message: odd }) }),
      )
      const [first, ...rest] = textLine(false)('error', entry, TIME).split('\n')
      expect(first).not.toMatch(OBEYED)
      expect(first!.split(' ')).toHaveLength(7)
      for (const line of rest) expect(line).toMatch(/^ {4}/)
      expect(rest.join('')).not.toMatch(OBEYED)
      expect(title(entry)).not.toMatch(OBEYED)
    }),
  )
})

test('JSON without controls says the same', () => {
  fc.assert(
    fc.property(ODD, (odd) => {
      expect(JSON.parse(printableJson({ odd }))).toEqual({ odd })
    }),
  )
})

test('a text is cut after 16 Ki characters', () => {
  expect(printable('a'.repeat(16_384))).toHaveLength(16_384)
  expect(printable('a'.repeat(16_385))).toBe(`${'a'.repeat(16_384)}...`)
  expect(printableLines('a\n'.repeat(10_000), ' ').length).toBeLessThan(30_000)
})
