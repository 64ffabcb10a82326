import { toStandardJsonSchema as said } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'
import { type AnySchema, jsonSchemaOf } from './standard.ts'

const SIDES = ['input', 'output'] as const

const within = (schema: AnySchema, side: 'input' | 'output' = 'input'): unknown =>
  (jsonSchemaOf(schema, side, 'it')['properties'] as JsonSchema)['a']

test('what JSON cannot hold is refused by every library, with a fix in its own words', () => {
  const arktype = [
    type({ a: 'Date' }),
    type({ a: 'bigint' }),
    type({ a: 'Map' }),
    type({ a: 'TypedArray.Uint8' }),
  ]
  const valibot = [
    v.object({ a: v.date() }),
    v.object({ a: v.bigint() }),
    v.object({ a: v.instance(Uint8Array) }),
  ].map((schema) => said(schema))
  for (const side of SIDES) {
    for (const schema of [...arktype, type({ a: 'Date | null' }), type({ a: '5n' })])
      expect(() => jsonSchemaOf(schema, side, 'it'), schema.expression).toThrow(
        /^it: its data leave what JSON holds: .*[^.]\. \w+ a date as "string\.date/,
      )
    for (const schema of valibot)
      expect(() => jsonSchemaOf(schema, side, 'it')).toThrow(
        /^it: its data leave what JSON holds: .*[^.]\. \w+ a date as v\.pipe/,
      )
  }
})

test('the fixes are taken', () => {
  const iso = { type: 'string' }
  expect(within(type({ a: 'string.date.iso.parse' }))).toMatchObject(iso)
  const written = type('Date')
    .pipe((date) => date.toISOString())
    .to('string')
  expect(within(type({ a: written }), 'output')).toEqual(iso)
  expect(within(said(v.object({ a: v.pipe(v.string(), v.isoTimestamp(), v.toDate()) })))).toMatchObject(iso)
  const given = v.pipe(
    v.date(),
    v.transform((date) => date.toISOString()),
    v.string(),
  )
  expect(within(said(v.object({ a: given })), 'output')).toEqual(iso)
})

test('a file is one in every library', () => {
  const file = { type: 'string', format: 'binary', contentEncoding: 'binary' }
  for (const schema of [
    z.object({ a: z.file() }),
    type({ a: 'File' }),
    type({ a: 'Blob' }),
    said(v.object({ a: v.pipe(v.file(), v.mimeType(['image/png']), v.maxSize(1024)) })),
    said(v.object({ a: v.blob() })),
    said(v.object({ a: v.instance(File) })),
  ])
    expect(within(schema)).toEqual(file)
})

test('what JSON Schema cannot say of valid data is left out, and what changes their type is not', () => {
  const text = v.pipe(
    v.string(),
    v.trim(),
    v.toLowerCase(),
    v.minLength(1),
    v.check((one) => one !== 'x'),
  )
  for (const side of SIDES)
    expect(within(said(v.object({ a: text })), side)).toEqual({ type: 'string', minLength: 1 })
  const brand = type('string').narrow((one) => one !== 'x')
  for (const side of SIDES) expect(within(type({ a: brand }), side)).toEqual({ type: 'string' })
  const length = said(
    v.object({
      a: v.pipe(
        v.string(),
        v.transform((one) => one.length),
      ),
    }),
  )
  expect(within(length)).toEqual({ type: 'string' })
  expect(() => within(length, 'output')).toThrow(/"transform"/)
})

test('undefined is no value of JSON, where a member may be it', () => {
  expect(within(type({ 'a?': 'string | undefined' }))).toEqual({ anyOf: [{ type: 'string' }, { not: {} }] })
})

test('a library that gives no JSON Schema by itself is told how', () => {
  expect(() => jsonSchemaOf(v.object({}), 'input', 'it')).toThrow(
    /Wrap it: toStandardJsonSchema\(schema\), which @valibot\/to-json-schema exports/,
  )
})
