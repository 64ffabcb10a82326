import { expect, test } from 'vitest'
import { z } from 'zod'
import { json } from '../codec/json.ts'
import { failure } from './failure.ts'
import { query } from './source.ts'
import { parseTemplate } from './template.ts'
import { verbs } from './verbs.ts'

const made = verbs({}) as unknown as {
  readonly creates: (path: unknown, spec: unknown, run: unknown) => unknown
}
const make = (spec: unknown): unknown => made.creates('/notes', spec, () => {})

test('metadata that are none are refused, with the handler, the metadata and what to write', () => {
  const Gone = failure('note_gone', 'gone')
  for (const [name, faulty, message] of [
    ['accepts', [null, {}, 7, 'text', () => 1, { type: 'object' }], /z\.object/],
    ['body', [null, {}, []], /z\.object/],
    ['returns', [null, {}, String], /z\.object/],
    ['errors', [null, {}, 'note_gone', Gone, [undefined], [Gone, {}]], /made by failure\(code, kind\)/],
    ['from', [null, 7, 'query', [query()]], /page: query\(\)/],
    ['formats', [null, {}, 'json', [], ['json'], [undefined], [json, {}]], /\[json, cbor\]/],
    ['limit', [null, 'much', '16', -1, {}, [], { wird: 1 }, { wire: 1, decode: 2 }], /"16kb"/],
    ['summary', [null, 7, {}], /a string/],
    ['description', [null, 7], /a string/],
    ['deprecated', [null, 'yes', 1], /deprecated: true/],
    ['version', [null, 'version', 7], /data\.version/],
    ['fresh', [null, 'long', 0, 60, '900ms', {}, { fro: '1m' }, { for: '1m', imutable: true }], /"1m"/],
    ['location', [null, 7, '', 'notes', '/notes?id={id}', 'https://example.com'], /\/notes\/\{id\}/],
  ] as const) {
    for (const value of faulty) {
      const label = `${name} ${JSON.stringify(value)}`
      expect(() => make({ [name]: value }), label).toThrow(`creates("/notes", ...): its ${name} is not `)
      expect(() => make({ [name]: value }), label).toThrow(message)
    }
  }
})

test('what is left out may be there as undefined, and what is misspelled is told', () => {
  make({ accepts: undefined, returns: z.string(), limit: undefined })
  expect(() => make({ retuns: z.string() })).toThrow(
    /it has no metadata called retuns\. A handler's metadata are/,
  )
  expect(() => make({ toString: 1 })).toThrow(/it has no metadata called toString/)
})

test('arguments that are missing are told', () => {
  expect(() => make(undefined)).toThrow(
    /its second argument is no object\. Write creates\("\/notes", \{ accepts/,
  )
  expect(() => made.creates('/notes', () => {}, undefined)).toThrow(/its third argument is no function/)
  expect(() => made.creates(undefined, {}, () => {})).toThrow(/it is no text/)
})

test('names as others write them are no segments', () => {
  for (const path of ['/notes/:id', '/files/*', '/files/*path', '/**'])
    expect(() => parseTemplate(path), path).toThrow(/Write it like "\/notes\/\{id\}/)
  parseTemplate('/notes/{id}/pages:merge')
})
