import { expect, test } from 'vitest'
import { z } from 'zod'
import { form } from '../codec/form.ts'
import { json } from '../codec/json.ts'
import { failure } from '../handler/failure.ts'
import { guard } from '../handler/provide.ts'
import { service } from '../handler/service.ts'
import { header } from '../handler/source.ts'
import { verbs } from '../handler/verbs.ts'
import { bytes } from '../schema/whole.ts'
import { clientContract } from './client-contract.ts'
import { local } from './local.ts'

const Gone = failure('note_gone', 'missing')
const { replaces } = verbs({ user: guard('member', () => 'alice') })
const notes = service(
  {
    rename: replaces(
      '/notes/{id}',
      {
        accepts: z.object({ id: z.number(), match: z.string().optional() }),
        body: z.object({ text: z.string() }),
        from: { match: header('if-match') },
        returns: z.object({ text: z.string() }),
        errors: [Gone],
        formats: [form, json],
        limit: '1kb',
        summary: 'Renames',
        version: ({ text }) => text,
      },
      ({ body }) => body,
    ),
    draw: replaces('/draw', { accepts: bytes('image/png') }, () => {}),
  },
  { host: 'api.example.com' },
)

test('what is for people, gateways and checks is left out, and nothing else', () => {
  expect(clientContract(notes.contract)).toEqual({
    hagaki: 1,
    handlers: {
      rename: {
        verb: 'replaces',
        path: '/notes/{id}',
        host: 'api.example.com',
        members: { id: 'number', match: 'string' },
        from: { match: { in: 'header', name: 'if-match' } },
        takes: {
          as: 'data',
          mediaTypes: ['application/x-www-form-urlencoded', 'application/json'],
          body: 'member',
          members: { text: 'string' },
        },
        gives: 'data',
        offers: ['application/json'],
      },
      draw: {
        verb: 'replaces',
        path: '/draw',
        host: 'api.example.com',
        takes: { as: 'bytes', mediaTypes: ['image/png'], body: 'whole' },
        gives: 'data',
      },
    },
  })
})

test('it is plain data, and its own contract for clients', () => {
  const contract = clientContract(notes.contract)
  expect(JSON.parse(JSON.stringify(contract))).toEqual(contract)
  expect(clientContract(contract)).toEqual(contract)
})

test('a handler that is there for one host alone is called there', async () => {
  expect(await local(notes).rename({ id: 1, body: { text: 'a' } })).toEqual({ text: 'a' })
})
