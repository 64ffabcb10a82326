import { expect, test } from 'vitest'
import { readContract } from './changes.ts'

const HANDLER = { verb: 'reads', path: '/a', gives: 'data', errors: {}, guards: [] }
const text = (more: object): string => JSON.stringify({ hagaki: 1, handlers: {}, ...more })

test('what is no contract of this version is refused, with what to do', () => {
  const table: [written: string, says: RegExp][] = [
    ['', /old\.json: it is no JSON: .*Write it anew/],
    ['[]', /it is no contract/],
    ['null', /it is no contract/],
    ['{"openapi":"3.1.1"}', /it is an OpenAPI document, and no contract/],
    [text({ hagaki: 2 }), /of version 2, and 1 is known here/],
    [text({ handlers: [] }), /without handlers/],
    [text({ schemes: 1 }), /without handlers/],
    [text({ handlers: { a: null } }), /its handler "a" is none/],
    [
      text({ handlers: { a: { verb: 'reads', path: '/a', gives: 'data' } } }),
      /what clients need of a contract/,
    ],
    [text({ handlers: { a: { ...HANDLER, verb: 'toString' } } }), /its handler "a" is none/],
    [text({ handlers: { a: { ...HANDLER, takes: {} } } }), /its handler "a" is none/],
    [text({ handlers: { a: { ...HANDLER, errors: { x: 1 } } } }), /its handler "a" is none/],
    [text({ handlers: { a: { ...HANDLER, accepts: { $ref: '#/$defs/A' } } } }), /leads nowhere/],
  ]
  for (const [written, says] of table)
    expect(() => readContract(written, 'old.json'), written).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(says) }),
    )
})

test('a contract is read, with what a later version may have added', () => {
  const read = readContract(text({ handlers: { a: { ...HANDLER, more: 1 } }, more: 1 }), 'old.json')
  expect(read.handlers['a']).toMatchObject({ verb: 'reads', more: 1 })
})
