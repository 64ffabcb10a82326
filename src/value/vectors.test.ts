/** The vectors that every language passes: `spec/vectors/README.md`. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { type RequestValue, type ResponseValue, sameValue } from './message.ts'
import { decodePacked, encodePacked } from './packed.ts'
import { decodeText, encodeText } from './text.ts'

interface Vectors<Case, Faulty> {
  readonly cases: readonly (Case & { readonly name: string; readonly packed: string })[]
  readonly faulty: readonly (Faulty & { readonly name: string; readonly code: string })[]
}

const packed = vectors<{ readonly value: object }, { readonly hex: string }>('packed')
const text = vectors<{ readonly text: string }, { readonly text: string }>('text')

test('a packed vector unpacks to its value, and the value packs to its bytes (29)', () => {
  for (const { name, value, packed: hex } of packed.cases) {
    const unpacked = decodePacked(bytesOf(hex))
    const read = decodeText(JSON.stringify(value))
    expect(sameValue(unpacked, read), name).toBe(true)
    expect(hexOf(encodePacked(unpacked)), name).toBe(hex)
    expect(hexOf(encodePacked(read)), name).toBe(hex)
  }
})

test('a text vector reads as the value that its packed form holds, and is read again when written (30)', () => {
  for (const { name, text: written, packed: hex } of text.cases) {
    const value = decodeText(written)
    expect(hexOf(encodePacked(value)), name).toBe(hex)
    expect(sameValue(decodeText(encodeText(value)), value), name).toBe(true)
  }
})

test('the first text vector is as this package writes it (30)', () => {
  const { text: written } = text.cases[0]!
  expect(encodeText(decodeText(written))).toBe(written)
})

test('null and empty bodies stay apart in both forms (32)', () => {
  const bodies = (form: (value: RequestValue | ResponseValue) => RequestValue | ResponseValue): unknown[] =>
    packed.cases.map(({ packed: hex }) => form(decodePacked(bytesOf(hex))).body?.byteLength ?? null)
  const given = bodies((value) => value)
  expect(given).toContain(null)
  expect(given).toContain(0)
  expect(bodies((value) => decodePacked(encodePacked(value)))).toEqual(given)
  expect(bodies((value) => decodeText(encodeText(value)))).toEqual(given)
})

test('a faulty packed vector is refused with its code (29)', () => {
  const found = packed.faulty.map(({ name, hex }) => ({
    name,
    code: codeOf(() => decodePacked(bytesOf(hex))),
  }))
  expect(found).toEqual(packed.faulty.map(({ name, code }) => ({ name, code })))
})

test('a faulty text vector is refused with its code (30)', () => {
  const found = text.faulty.map((one) => ({ name: one.name, code: codeOf(() => decodeText(one.text)) }))
  expect(found).toEqual(text.faulty.map(({ name, code }) => ({ name, code })))
})

test('each vector has a name of its own', () => {
  for (const { cases, faulty } of [packed, text]) {
    const names = [...cases, ...faulty].map(({ name }) => name)
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  }
})

function codeOf(decode: () => unknown): string {
  try {
    decode()
  } catch (error) {
    return isFault(error) ? error.code : String(error)
  }
  return 'taken'
}

function vectors<Case, Faulty>(form: string): Vectors<Case, Faulty> {
  const url = new URL(`../../spec/vectors/${form}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Vectors<Case, Faulty>
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
