import { expect, test } from 'vitest'
import { isAcceptable, preferred } from './accept.ts'

const takes = (field: string | undefined): boolean => isAcceptable(field, 'application/json')

test('a field that names the offer, or a range that holds it, takes it (RFC 9110 12.5.1)', () => {
  for (const field of [
    'application/json',
    'Application/JSON',
    'application/*',
    '*/*',
    'text/html, application/json;q=0.1',
    'text/html,*/*;q=0.001',
    'application/json;charset=utf-8',
    'application/json ; q=1',
    ' , ,application/json',
    'text/html, application/json; q=0.5 , */*;q=0',
  ]) {
    expect(takes(field), field).toBe(true)
  }
})

test('a field that leaves the offer out, or gives it no weight, excludes it', () => {
  for (const field of [
    'text/html',
    'text/*',
    'application/xml, text/html;q=0.9',
    'application/jsonx',
    'application/json;q=0',
    'application/json; q=0.000',
    'application/json;Q=0.0',
    'application/*;q=0',
    '*/*;q=0',
    '*/json',
  ]) {
    expect(takes(field), field).toBe(false)
  }
})

test('the most specific range decides, in any order', () => {
  for (const [ranges, taken] of [
    [['application/json;q=0', '*/*'], false],
    [['application/json', '*/*;q=0'], true],
    [['application/*;q=0', '*/*'], false],
    [['application/*', '*/*;q=0'], true],
    [['application/json', 'application/*;q=0', '*/*'], true],
    [['application/json;q=0', 'application/*', '*/*'], false],
  ] as const) {
    expect(takes(ranges.join(', ')), ranges.join(', ')).toBe(taken)
    expect(takes(ranges.toReversed().join(',')), ranges.toReversed().join(',')).toBe(taken)
  }
})

test('of two ranges alike the one that takes the offer decides', () => {
  expect(takes('application/json;q=0, application/json')).toBe(true)
  expect(takes('application/json, application/json;q=0')).toBe(true)
})

test('a range with parameters of its own excludes no offer without them', () => {
  expect(takes('application/json;version=2;q=0, */*')).toBe(true)
  expect(takes('application/json;version=2;q=0')).toBe(false)
})

test('a field that does not parse excludes nothing, and neither does no field', () => {
  for (const field of [undefined, '', ',', 'json', '*', 'a b', ';q=1', 'application/json;q="'] as const) {
    expect(takes(field), field).toBe(true)
  }
  expect(takes('nonsense, text/html')).toBe(false)
})

test('60 KB of the worst field are judged', () => {
  const n = 60_000
  expect(takes(','.repeat(n))).toBe(true)
  expect(takes('*/*;q=0,'.repeat(n / 8))).toBe(false)
  expect(takes('a/b;'.repeat(n / 4))).toBe(true)
  expect(takes(`a/b;x="${','.repeat(n)}"`)).toBe(true)
  expect(takes(' '.repeat(n))).toBe(true)
  expect(takes(`application/json${';q=0'.repeat(n / 4)}`)).toBe(true)
})

test('of some offers the one with the highest weight is preferred, and of those alike the first', () => {
  const offers = ['application/json', 'application/cbor', 'application/vnd.msgpack']
  for (const [field, at] of [
    [undefined, 0],
    ['', 0],
    ['*/*', 0],
    ['application/cbor', 1],
    ['application/cbor, application/json', 0],
    ['application/cbor, application/json;q=0.9', 1],
    ['application/*;q=0.5, application/vnd.msgpack', 2],
    ['application/json;q=0, */*', 1],
    ['text/html', -1],
    ['application/json;q=0, application/cbor;q=0.000', -1],
  ] as const) {
    expect(preferred(field, offers), field).toBe(at)
  }
  expect(preferred('*/*', [])).toBe(-1)
})
