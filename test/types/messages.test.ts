/** What the compiler says to a user whose handler is not right: a sentence, and not "never". */
import { expect, test } from 'vitest'
import { compile } from './compile.ts'

const IMPORTS = `
import { verbs } from 'hagaki'
import * as stream from 'hagaki/stream'
import { z } from 'zod'
export const { reads, acts } = verbs({})
export const { reads: feeds, acts: takes } = stream.verbs({})
const Note = z.object({ id: z.number() })
`

test('metadata that are not right are told in words', async () => {
  const table: [source: string, said: string][] = [
    [`reads('/n/{id}', { returns: Note }, () => ({ id: 1 }))`, `'accepts has to have the members': "id"`],
    [`reads('/n/{id}', { accepts: z.object({ text: z.string() }) }, () => {})`, 'is no member of accepts'],
    [
      `feeds('/n/{id}', { gives: stream.items(Note) }, async function* () {})`,
      'accepts has to have the members',
    ],
    [`takes('/log', {}, async () => {})`, `'a streaming handler says what flows': "takes or gives"`],
    [`takes('/log', { takes: stream.bytes() }, async () => {})`, `Property 'limit' is missing`],
    [`feeds('/n', { gives: stream.items(Note), returns: Note }, async function* () {})`, '"returns, gives"'],
    [`reads('/n', { return: Note }, () => {})`, `Did you mean to write 'returns'?`],
  ]
  const { said } = await compile(IMPORTS + table.map(([source]) => source).join('\n'))
  expect(said).not.toContain("'never'")
  const first = IMPORTS.split('\n').length
  for (const [at, [source, words]] of table.entries()) {
    const [, message] = said.split(new RegExp(`^.*source\\.ts\\(${first + at},.*?: error `, 'm'), 2)
    expect.soft(message, source).toContain(words)
  }
})

test('verbs that a module exports one by one have declarations', async () => {
  const { said, declared } = await compile(IMPORTS, {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    isolatedDeclarations: false,
  })
  expect(said).toBe('')
  expect(declared).toContain('export declare const reads: import("hagaki").MakeHandler<{}>')
  expect(declared).toContain('stream.MakeStream<{}>')
})
