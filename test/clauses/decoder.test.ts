/** Clause 3: one decoder of paths. Two that differed in one spelling would let a guard be walked around. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const SRC = new URL('../../src/', import.meta.url)

/** What else may be percent-encoded, and is no path. */
const OTHERS: readonly string[] = [
  'cli/load-module.ts', // the name of an app in a module, as the fragment of its address
  'codec/part-head.ts', // the name of an uploaded file
  'middleware/show-errors/secrets.ts', // form fields, to hide their values
  'openapi/page/script/navigation.ts', // in the browser: the fragment of its address
  'openapi/page/script/samples.ts', // in the browser: fragments of "$ref"
  'openapi/schemas.ts', // fragments of "$ref"
  'schema/json-schema.ts', // fragments of "$ref"
  'transport/nats/settings.ts', // a user and a password
  'value/query.ts',
]

test('one file decodes paths, and no other turns what is percent-encoded into a path (3)', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(name))
  const decoding = files.filter((name) =>
    /\b(?:decodeURI(?:Component)?|unescape)\(/.test(readFileSync(new URL(name, SRC), 'utf8')),
  )
  expect(files.length).toBeGreaterThan(0)
  expect(decoding.filter((name) => !OTHERS.includes(name))).toEqual(['value/path.ts'])
})
