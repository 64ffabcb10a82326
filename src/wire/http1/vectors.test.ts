/** The vectors of the http form: `spec/vectors/README.md`. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isFault } from '../../fault.ts'
import { encodeHttp } from '../../value/http.ts'
import { httpPart } from '../../value/http-part.ts'
import { type RequestValue, type ResponseValue, sameValue } from '../../value/message.ts'
import { decodeText } from '../../value/text.ts'
import { decodeHttpRequest, decodeHttpResponse } from './message.ts'

interface Vector {
  readonly name: string
  /** Of the request that a response answers; there are no others with one. */
  readonly method?: string
  /** One octet for each code unit. */
  readonly octets: string
}

const { cases, read, faulty } = JSON.parse(
  readFileSync(new URL('../../../spec/vectors/http.json', import.meta.url), 'utf8'),
) as {
  readonly cases: readonly (Vector & { readonly value: object; readonly part?: object })[]
  readonly read: readonly (Vector & { readonly value: object })[]
  readonly faulty: readonly (Vector & { readonly code: string })[]
}

test('a value is written as these octets, and they are read as the part that HTTP carries (31)', () => {
  for (const { name, method, octets, value, part } of cases) {
    const [given, carried] = [valueOf(value), valueOf(part ?? value)]
    expect(textOf(encodeHttp(given, method)), name).toBe(octets)
    expect(sameValue(httpPart(given, method), carried), name).toBe(true)
    expect(sameValue(decode(octets, method), carried), name).toBe(true)
  }
})

test('what others write is read, if it can be read in one way only (31)', () => {
  for (const { name, method, octets, value } of read) {
    expect(decode(octets, method), name).toEqual(valueOf(value))
    expect(sameValue(decode(octets, method), valueOf(value)), name).toBe(true)
  }
})

test('a faulty message is refused with its code (31)', () => {
  const found = faulty.map(({ name, method, octets }) => ({
    name,
    code: codeOf(() => decode(octets, method)),
  }))
  expect(found).toEqual(faulty.map(({ name, code }) => ({ name, code })))
})

test('null and empty bodies are the same on the HTTP wire (32)', () => {
  const bodies = cases.map(({ value, part }) => [valueOf(value).body, valueOf(part ?? value).body] as const)
  expect(bodies.some(([given]) => given?.byteLength === 0)).toBe(true)
  expect(bodies.filter(([, carried]) => carried?.byteLength === 0)).toEqual([])
})

test('each vector has a name of its own', () => {
  const names = [...cases, ...read, ...faulty].map(({ name }) => name)
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

function decode(octets: string, method: string | undefined): RequestValue | ResponseValue {
  const bytes = Uint8Array.from(octets, (unit) => unit.charCodeAt(0))
  return method === undefined ? decodeHttpRequest(bytes) : decodeHttpResponse(bytes, method)
}

function valueOf(data: object): RequestValue | ResponseValue {
  return decodeText(JSON.stringify(data))
}

function textOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join('')
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return isFault(error) ? error.code : String(error)
  }
  return 'taken'
}
