import { expect, test } from 'vitest'
import { z } from 'zod'
import { raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import { bodyJson, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { failure } from './failure.ts'
import { service } from './service.ts'
import { header } from './source.ts'
import { verbs } from './verbs.ts'
import { entityTag } from './version.ts'

const { reads, creates, replaces, updates, deletes } = verbs({})
const Id = z.object({ id: z.number() })
const Note = z.object({ id: z.number(), text: z.string(), version: z.number() })
const Gone = failure('note_gone', 'missing')

const notes = new Map<number, z.infer<typeof Note>>()
const app = service({
  read: reads(
    '/notes/{id}',
    { accepts: Id, returns: Note, errors: [Gone], version: (note) => note.version },
    ({ id }) => notes.get(id) ?? raise(Gone()),
  ),
  rename: updates(
    '/notes/{note}',
    {
      accepts: z.object({ note: z.number(), text: z.string() }),
      returns: Note,
      version: (note) => note.version,
    },
    ({ note, text }) => put(note, text),
  ),
  put: replaces(
    '/notes/{id}',
    { accepts: Id.extend({ text: z.string() }) },
    ({ id, text }) => void put(id, text),
  ),
  remove: deletes('/notes/{id}', { accepts: Id }, ({ id }) => void notes.delete(id)),
  add: creates('/notes', {}, () => {}),
  own: updates(
    '/own/{id}',
    { accepts: Id.extend({ match: z.string() }), from: { match: header('if-match') }, returns: z.string() },
    ({ match }) => match,
  ),
})

function put(id: number, text: string): z.infer<typeof Note> {
  const note = { id, text, version: (notes.get(id)?.version ?? 0) + 1 }
  notes.set(id, note)
  return note
}

function ask(
  method: string,
  target: string,
  headers: NonNullable<RequestParts['headers']>,
  json?: object,
): Promise<ResponseValue> {
  return perform(app, request(method, target, { headers, ...(json && { json: json as never }) }))
}

test('what is read has its version as entity tag, and is not sent to who has it (RFC 9110 13.1.2)', async () => {
  put(1, 'a')
  const first = await ask('GET', '/notes/1', {})
  expect([first.status, first.headers['etag']]).toEqual([200, '"1"'])
  for (const field of ['"1"', 'W/"1"', '"0", "1"', '*']) {
    const again = await ask('GET', '/notes/1', { 'if-none-match': field })
    expect([again.status, again.headers['etag'], again.body, again.contentType], field).toEqual([
      304,
      '"1"',
      null,
      null,
    ])
  }
  expect((await ask('HEAD', '/notes/1', { 'if-none-match': '"1"' })).status).toBe(304)
  expect((await ask('GET', '/notes/1', { 'if-none-match': '"2"' })).status).toBe(200)
  expect((await ask('GET', '/notes/1', { 'if-match': '"2"' })).status).toBe(412)
})

test('what is changed is changed in the version that was read, and in no other (RFC 9110 13.1.1)', async () => {
  put(2, 'a')
  const stale = await ask('PATCH', '/notes/2', { 'if-match': '"7"' }, { text: 'b' })
  expect(bodyJson(stale)).toMatchObject({ status: 412, code: 'precondition_failed' })
  expect(notes.get(2)?.text).toBe('a')
  const fresh = await ask('PATCH', '/notes/2', { 'if-match': '"7", "1"' }, { text: 'b' })
  expect([fresh.status, fresh.headers['etag']]).toEqual([200, '"2"'])
  expect((await ask('PATCH', '/notes/2', { 'if-match': '"1"' }, { text: 'c' })).status).toBe(412)
  expect((await ask('PATCH', '/notes/2', { 'if-match': 'W/"2"' }, { text: 'c' })).status).toBe(412)
  expect((await ask('PATCH', '/notes/2', { 'if-match': '*' }, { text: 'c' })).status).toBe(200)
  expect((await ask('DELETE', '/notes/2', { 'if-match': '"2"' })).status).toBe(412)
  expect((await ask('DELETE', '/notes/2', { 'if-match': '"3"' })).status).toBe(204)
})

test('what is not there is created by who asks for that, and changed by nobody', async () => {
  notes.delete(3)
  expect((await ask('PUT', '/notes/3', { 'if-match': '*' }, { text: 'a' })).status).toBe(412)
  expect((await ask('DELETE', '/notes/3', { 'if-match': '"1"' })).status).toBe(412)
  expect((await ask('PUT', '/notes/3', { 'if-none-match': '*' }, { text: 'a' })).status).toBe(204)
  expect((await ask('PUT', '/notes/3', { 'if-none-match': '*' }, { text: 'b' })).status).toBe(412)
  expect(notes.get(3)?.text).toBe('a')
})

test('a change whose precondition nobody can judge is not made', async () => {
  expect((await ask('POST', '/notes', { 'if-match': '"1"' })).status).toBe(412)
  expect((await ask('POST', '/notes', { 'if-none-match': '*' })).status).toBe(412)
  expect((await ask('POST', '/notes', { 'if-match': '*' })).status).toBe(204)
  // A handler that takes the field as its member judges by itself.
  expect(bodyJson(await ask('PATCH', '/own/1', { 'if-match': '"1"' }))).toBe('"1"')
})

test('a precondition that is none lets nobody change anything: a version without quotes, a tag left open', async () => {
  put(4, 'a')
  for (const field of ['1', 'w/"1"', '"1', '*, "1"', '"2" "3"', ',', '']) {
    const changed = await ask('PATCH', '/notes/4', { 'if-none-match': field }, { text: 'b' })
    expect([changed.status, notes.get(4)?.text], field).toEqual([412, 'a'])
    // What is read anyway is read: it was asked for in any case but one.
    expect((await ask('GET', '/notes/4', { 'if-none-match': field })).status, field).toBe(200)
  }
  expect((await ask('PATCH', '/notes/4', { 'if-none-match': 'W/"7",, "8" ,' }, { text: 'b' })).status).toBe(
    200,
  )
})

test('a version of any characters is a tag that can be sent, and two versions never the same', () => {
  const tags = ['a', 'a b', 'a"b', 'ä', '%C3%A4', 'a%20b', '\n', ''].map((version) => entityTag(version, ''))
  for (const tag of tags) expect(tag).toMatch(/^"[!#-~]*"$/)
  expect(new Set(tags).size).toBe(tags.length)
})

test('the contract says what has versions', () => {
  const { read, rename, put, remove, add } = app.contract.handlers
  expect([read, rename, put, remove, add].map((one) => one?.versioned)).toEqual([
    true,
    true,
    true,
    true,
    undefined,
  ])
  // The one that gives the version of what it has changed.
  expect(Object.keys(app.contract.handlers).filter((name) => app.contract.handlers[name]?.tagged)).toEqual([
    'rename',
  ])
})

test('a version is a text or a number: what is neither would be the same for all', async () => {
  for (const version of [undefined, null, {}, new Date(0), Number.NaN, Promise.resolve(1)]) {
    expect(() => entityTag(version as never, ''), String(version)).toThrow(TypeError)
    const it = reads('/', { returns: z.string(), version: () => version as never }, () => 'a')
    expect((await perform(service({ it }), request('GET', '/'))).status, String(version)).toBe(500)
  }
})

test('no version is spelled as another one in another format', () => {
  expect(entityTag('1;application/cbor', '')).not.toBe(entityTag(1, 'application/cbor'))
  expect(entityTag('1;application/cbor', '')).toBe('"1%3Bapplication%2Fcbor"')
})

test('where the reader needs more than the path says, no version is known, and a change on condition is 412', async () => {
  const page = service({
    read: reads(
      '/pages/{id}',
      { accepts: Id.extend({ language: z.string() }), returns: Note, version: (note) => note.version },
      ({ id }) => ({ id, text: '', version: 1 }),
    ),
    change: updates('/pages/{id}', { accepts: Id }, () => {}),
  })
  const change = (headers: NonNullable<RequestParts['headers']>): Promise<ResponseValue> =>
    perform(page, request('PATCH', '/pages/1', { headers }))
  expect((await change({ 'if-match': '"1"' })).status).toBe(412)
  expect((await change({})).status).toBe(204)
})

test('data that do not fit are refused before what is there is read', async () => {
  let read = 0
  const counted = service({
    read: reads(
      '/notes/{id}',
      { accepts: Id, returns: Note, version: () => 1 },
      ({ id }) => (read++, { id, text: '', version: 1 }),
    ),
    change: updates('/notes/{id}', { accepts: Id.extend({ text: z.string() }) }, () => {}),
  })
  const change = (json: object): Promise<ResponseValue> =>
    perform(
      counted,
      request('PATCH', '/notes/1', { headers: { 'if-match': '"0"' }, json: json as { text: string } }),
    )
  expect([(await change({ text: 7 })).status, read]).toEqual([422, 0])
  expect([(await change({ text: 'a' })).status, read]).toEqual([412, 1])
})
