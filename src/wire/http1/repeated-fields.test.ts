/** What is read again on one connection is what a new one would have read. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../fault.ts'
import type { RequestFields } from './fields.ts'
import { RepeatedFields } from './repeated-fields.ts'

type Version = '1.0' | '1.1'

const LINE = 'GET / HTTP/1.1\r\n'

function fieldsOf(reader: RepeatedFields, block: string, http: Version = '1.1', limit = 8): RequestFields {
  // Something before and behind it: a head stands in the midst of others.
  const text = `${LINE}${block}\r\n${LINE}x: y\r\n`
  const end = LINE.length + block.length
  const fields = reader.again(text, LINE.length, http) ?? reader.read(text, LINE.length, end, http, limit)
  expect(reader.end).toBe(end)
  return fields
}

function read(reader: RepeatedFields, block: string, http?: Version): unknown {
  try {
    const { headers, ...rest } = fieldsOf(reader, block, http)
    expect(Object.isFrozen(headers)).toBe(true)
    expect(Object.getPrototypeOf(headers)).toBeNull()
    return { headers: Object.entries(headers), ...rest }
  } catch (error) {
    if (!isFault(error)) throw error
    return [error.code, error.detail]
  }
}

function agrees(blocks: readonly (readonly [block: string, http: Version])[]): void {
  const reader = new RepeatedFields()
  for (const [block, http] of blocks) {
    expect(read(reader, block, http), JSON.stringify(block)).toEqual(read(new RepeatedFields(), block, http))
  }
}

test('the same block gives the same object', () => {
  const reader = new RepeatedFields()
  const block = 'Host: a\r\nAccept: b\r\n'
  const first = fieldsOf(reader, block)
  expect(fieldsOf(reader, block)).toBe(first)
  reader.forget()
  const again = fieldsOf(reader, block)
  expect(again).not.toBe(first)
  expect(again).toEqual(first)
  expect(fieldsOf(new RepeatedFields(), block)).toEqual(first)
})

test('lines that have not all come are not those of the last request', () => {
  for (const other of ['Accept: b\r\n', 'Accept: c\r\n']) {
    const reader = new RepeatedFields()
    const whole = 'Host: a\r\nAccept: b\r\n\r\n'
    reader.read(whole, 0, whole.length - 2, '1.1', 8)
    fieldsOf(reader, `Host: a\r\n${other}`)
    for (let length = 0; length < whole.length; length++) {
      expect(reader.again(whole.slice(0, length), 0, '1.1'), String(length)).toBeNull()
    }
  }
})

test('one value that changes is read anew, wherever it stands, in whatever length', () => {
  for (const name of ['Traceparent', 'authorization', 'X-Own', 'Cookie', 'Accept', 'content-type']) {
    const block = (value: string): string => `Host: a\r\n${name}:${value}\r\nUser-Agent: b\r\n`
    for (const value of [
      '2',
      ' 22',
      '',
      ' ',
      '\t2\t',
      '  2  2 ',
      '2\r\nx: 3',
      '2\0',
      '2\r3',
      '2\n3',
      '\xff',
    ]) {
      agrees([' 1', ' 12', value, ' 1'].map((one) => [block(one), '1.1']))
    }
  }
})

test('what the engine reads is never taken from the last request', () => {
  const changed: readonly (readonly [string, string])[] = [
    ['Host: a', 'Host: b/c'],
    ['Host: a', 'Host:'],
    ['Content-Length: 3', 'Content-Length: 4'],
    ['Content-Length: 3', 'Content-Length: x'],
    ['Connection: close', 'Connection: x-own'],
    ['Connection: x-own', 'Connection: host'],
    ['Expect: 100-continue', 'Expect: a'],
    ['TE: trailers', 'TE: gzip'],
    ['Upgrade: a', 'Upgrade: b'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip'],
    ['X-Own: 1', 'Connection: close'],
    ['X-Own: 1', 'Host: b'],
    ['x: 1', 'x : 1'],
    ['x: 1', ' x: 1'],
    ['x: 1', 'y: 1'],
    ['x: 1', 'X: 1'],
  ]
  for (const [before, after] of changed) {
    const lines = (one: string): string =>
      `${one.startsWith('Host') ? '' : 'Host: a\r\n'}Accept: b\r\n${one}\r\nX-Own: 2\r\n`
    agrees([before, after, before, after].map((one) => [lines(one), '1.1']))
  }
})

test('a nominated field is not passed on, however often it changes', () => {
  const block = (value: string): string => `Host: a\r\nConnection: x-own\r\nX-Own: ${value}\r\nAccept: b\r\n`
  agrees(['1', '2', '3'].map((value) => [block(value), '1.1']))
})

test('a version that changes is heard', () => {
  const block = 'Host: a\r\nAccept: b\r\n'
  agrees([
    [block, '1.1'],
    [block, '1.0'],
    [block, '1.1'],
  ])
})

test('any requests on one connection are read as each on a new one', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'Host: a',
      'host: b',
      'Accept: c',
      'Cookie: d=e',
      'Content-Length: 1',
      'Content-Length: 2',
      'Connection: close',
      'Connection: accept',
      'Expect: 100-continue',
      'Transfer-Encoding: chunked',
      'Upgrade: f',
      'TE: trailers',
      'x',
      ' g',
    ),
    fc
      .tuple(
        fc.constantFrom('Traceparent', 'accept', 'X-Own', '__proto__', 'Cookie'),
        fc.constantFrom('', ' ', '1', ' 12', '\t3 ', '\0', 'a\r', 'a\nb', '\xff'),
      )
      .map((parts) => parts.join(':')),
  )
  const block = fc.array(line, { maxLength: 9 })
  // Mostly the block before, with one line changed.
  const blocks = fc
    .tuple(block, fc.array(fc.tuple(fc.nat(9), line, fc.boolean()), { maxLength: 8 }))
    .map(([first, changes]) => {
      const all = [first]
      for (const [at, put, replaces] of changes) {
        const next = [...all.at(-1)!]
        next.splice(at % (next.length + 1), replaces ? 1 : 0, put)
        all.push(next)
      }
      return all.map((lines) => lines.map((one) => `${one}\r\n`).join(''))
    })
  fc.assert(
    fc.property(blocks, fc.constantFrom<Version>('1.0', '1.1'), (all, http) =>
      agrees(all.map((one) => [one, http])),
    ),
    { numRuns: 500 },
  )
})
