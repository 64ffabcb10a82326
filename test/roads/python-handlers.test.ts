/**
 * Handlers in Python beside the same in TypeScript: one contract, and the same answers, refusals and failures,
 * over HTTP, through the typed client, and by name.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  bodyJson,
  failure,
  guard,
  perform,
  type RequestValue,
  raise,
  remote,
  request,
  service,
  silentLog,
  verbs,
} from 'hagaki'
import { type Client, client, http, issuesOf } from 'hagaki/client'
import { type PythonTransport, python } from 'hagaki/python'
import { type JsonSchema, jsonSchema } from 'hagaki/schema'
import { serve } from 'hagaki/server'
import { expect, onTestFinished, test } from 'vitest'
import { python as interpreter } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { App } from '../../src/contract.ts'
import { linesOf } from './foreign-client.ts'

const HERE = new URL('.', import.meta.url)

const ID = object({ id: { type: 'integer' } }, ['id'])
const NOTE = {
  ...object({ id: { type: 'integer' }, text: { type: 'string' } }, ['id', 'text']),
  additionalProperties: false,
}
const TEXT = object({ text: { type: 'string', minLength: 1 } }, ['text'])
const FILTER = object(
  {
    tags: { type: 'array', items: { type: 'string' } },
    most: { type: 'integer', minimum: 1, maximum: 9 },
    exact: { type: 'boolean' },
  },
  ['tags'],
)
const CHANGE = object({ id: { type: 'integer' }, text: { type: 'string', minLength: 1 } }, ['id', 'text'])

interface Note {
  readonly id: number
  readonly text: string
}
interface Filter {
  readonly tags: readonly string[]
  readonly most?: number
  readonly exact?: boolean
}

const Gone = failure('note_gone', 'missing', typed<{ id: number }>(ID))
const Nobody = failure('not_signed_in', 'unauthenticated')
const kept = new Map<number, Note>()
const { reads, creates, updates, deletes, acts } = verbs({})
const { reads: readsOwn } = verbs({
  user: guard('member', ({ headers }) => headers['x-user'] ?? raise(Nobody()), { errors: [Nobody] }),
})
const idOf = typed<{ id: number }>(ID)
const noteOf = typed<Note>(NOTE)
const fileOf = typed<{ file: string }>(object({ file: { type: 'string' } }, ['file']))

const twin = service({
  add: creates(
    '/notes',
    { accepts: typed<{ text: string }>(TEXT), returns: noteOf, limit: '16kb', summary: 'Adds a note' },
    ({ text }) => {
      const note = { id: kept.size + 1, text }
      kept.set(note.id, note)
      return note
    },
  ),
  read: reads(
    '/notes/{id}',
    { accepts: idOf, returns: noteOf, errors: [Gone] },
    ({ id }) => kept.get(id) ?? raise(Gone({ id })),
  ),
  rename: updates(
    '/notes/{id}',
    { accepts: typed<Note>(CHANGE), returns: noteOf, errors: [Gone] },
    (change) => {
      if (!kept.has(change.id)) raise(Gone({ id: change.id }))
      kept.set(change.id, change)
      return change
    },
  ),
  remove: deletes('/notes/{id}', { accepts: idOf }, ({ id }) => void kept.delete(id)),
  asked: reads(
    '/filter',
    { accepts: typed<Filter>(FILTER), returns: typed<Filter>(FILTER) },
    (filter) => filter,
  ),
  total: acts(
    '/sum',
    {
      accepts: typed<number[]>({ type: 'array', items: { type: 'number' } }),
      returns: typed<number>({ type: 'number' }),
    },
    (numbers) => numbers.reduce((sum, one) => sum + one, 0),
  ),
  me: readsOwn('/me', { returns: typed<string>({ type: 'string' }) }, (_, { user }) => user),
  large: acts(
    '/large',
    {
      accepts: typed<{ size?: number }>({ type: 'object', properties: { size: { type: 'integer' } } }),
      returns: typed<string>({ type: 'string' }),
    },
    ({ size = 0 }) => 'x'.repeat(size),
  ),
  faulty: acts(
    '/faulty',
    { returns: typed<number>({ type: 'number' }) },
    () => 'no number' as unknown as number,
  ),
  undeclared: acts('/undeclared', {}, () => raise(Gone({ id: 7 }))),
  breaks: acts('/breaks', {}, () => {
    throw new Error('a secret')
  }),
  dies: acts('/dies', {}, () => {}),
  readOnce: reads('/once', { accepts: fileOf, returns: typed<string>({ type: 'string' }) }, () => ''),
  actOnce: acts('/once', { accepts: fileOf, returns: typed<string>({ type: 'string' }) }, () => ''),
})

test('the contract is that of the same handlers in TypeScript, member by member', async () => {
  const far = notes()
  onTestFinished(() => far.close())
  expect(JSON.parse(JSON.stringify(await far.contract()))).toEqual(JSON.parse(JSON.stringify(twin.contract)))
})

const REQUESTS: Readonly<Record<string, RequestValue>> = {
  'what is created': request('POST', '/notes', { json: { text: 'hi' } }),
  'what is read': request('GET', '/notes/1'),
  'HEAD of what is read': request('HEAD', '/notes/1'),
  'what is changed': request('PATCH', '/notes/1', { json: { text: 'ho' } }),
  'a failure': request('GET', '/notes/7'),
  'a text that is no number': request('GET', '/notes/x'),
  'what is deleted': request('DELETE', '/notes/1'),
  'lists and numbers in a query': request('GET', '/filter?tags=a&tags=b%20c&most=3&exact=true'),
  'a list that is not there': request('GET', '/filter'),
  'a number out of range': request('GET', '/filter?most=10'),
  'a name that comes again': request('GET', '/filter?most=1&most=2'),
  'a body that is the input': request('POST', '/sum', { json: [1, 2, 3.5] }),
  'a faulty item': request('POST', '/sum', { json: [1, 'x'] }),
  'a large answer': request('POST', '/large', { json: { size: 300_000 } }),
  'a guard that lets through': request('GET', '/me', { headers: { 'x-user': 'anna' } }),
  'a guard that does not': request('GET', '/me'),
  'nothing there': request('GET', '/nowhere'),
  'another method': request('PUT', '/notes/1', { json: {} }),
  'what a path has': request('OPTIONS', '/notes/1'),
  'a member in the wrong place': request('POST', '/notes?text=hi', { json: {} }),
  'a name of the path in the body': request('PATCH', '/notes/1', { json: { id: 2, text: 'x' } }),
  'a body where none is': request('DELETE', '/notes/1', { json: {} }),
  'a body of another type': request('POST', '/notes', {
    headers: { 'content-type': 'text/xml' },
    body: '<a/>',
  }),
  'no body at all': request('POST', '/notes'),
  'a body that is no JSON': request('POST', '/notes', { headers: JSON_BODY(), body: '{"text":' }),
  'a name twice': request('POST', '/notes', { headers: JSON_BODY(), body: '{"text":"a","text":"b"}' }),
  'a name that is a prototype': request('POST', '/notes', { headers: JSON_BODY(), body: '{"__proto__":1}' }),
  'too deep': request('POST', '/notes', { headers: JSON_BODY(), body: '['.repeat(70) + ']'.repeat(70) }),
  'a body beyond the limit': request('POST', '/notes', { json: { text: 'x'.repeat(20_000) } }),
  'an answer nobody takes': request('GET', '/notes/1', { headers: { accept: 'text/html' } }),
  'an encoded slash': request('GET', '/notes/a%2Fb'),
  'an answer that does not fit': request('POST', '/faulty'),
  'a failure that is not declared': request('POST', '/undeclared'),
  'an error': request('POST', '/breaks'),
}

test('over HTTP heads: status, fields, problems with the same codes and JSON pointers', async () => {
  kept.clear()
  const far = await opened(remote(notes()))
  for (const [name, asked] of Object.entries(REQUESTS)) {
    expect(await seen(far, asked), name).toEqual(await seen(twin, asked))
  }
})

test('the typed client calls them, in this process and through a server', async () => {
  const direct = notes()
  onTestFinished(() => direct.close())
  const running = await serve(remote(notes()), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  for (const transport of [direct, http(running.url)]) {
    const api: Client<typeof twin> = client<typeof twin>(twin.contract, transport)
    const { id } = await api.add({ text: 'from a client' })
    expect(await api.read({ id })).toEqual({ id, text: 'from a client' })
    expect(await api.asked({ tags: [], most: 2 })).toEqual({ tags: [], most: 2 })
    expect(await api.total([1, 2])).toBe(3)
    expect(await api.remove({ id })).toBe(undefined)
    await expect(api.read({ id: 77 })).rejects.toSatisfy((error) => Gone.is(error) && error.data.id === 77)
    const refused = await api.add({ text: '' }).catch((error: unknown) => error)
    expect(issuesOf(refused)).toEqual([{ pointer: '/text', message: 'must have at least 1 characters' }])
  }
})

test('by name: the same data, failures and refusals, with no word of HTTP', async () => {
  const far = notes()
  onTestFinished(() => far.close())
  const { id } = (await far.invoke('add', { text: 'named' })) as Note
  expect(await far.invoke('read', { id })).toEqual({ id, text: 'named' })
  expect(await far.invoke('remove', { id })).toBe(undefined)
  expect(await far.invoke('large', { size: 300_000 })).toBe('x'.repeat(300_000))
  const table: [name: string, data: unknown, status: number, code: string, told: unknown][] = [
    ['read', { id: 7 }, 404, 'note_gone', { id: 7 }],
    ['add', { text: 1 }, 422, 'input_invalid', { issues: [{ pointer: '/text', message: 'must be string' }] }],
    ['total', undefined, 422, 'input_invalid', { issues: [{ pointer: '', message: 'is missing' }] }],
    ['me', undefined, 401, 'not_signed_in', {}],
    ['nowhere', undefined, 404, 'handler_unknown', { name: 'nowhere' }],
    ['undeclared', undefined, 500, 'app_failed', {}],
    ['breaks', undefined, 500, 'app_failed', {}],
  ]
  await expect(far.invoke('faulty')).rejects.toMatchObject({ code: 'call_faulty' }) // and nothing of the data
  for (const [name, data, status, code, told] of table) {
    await expect(far.invoke(name, data), name).rejects.toMatchObject({
      code: 'call_answered',
      detail: { status, code, data: told },
    })
  }
})

test.each(['Python', 'Ruby'] as const)(
  'a client in %s calls the handlers in TypeScript: data, failures, refusals, deadlines',
  async (language) => {
    kept.clear()
    const slow = acts('/slow', {}, async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    const lines = await linesOf(language, 'client_calls', service({ ...twin.handlers, slow }))
    expect(lines).toEqual([
      `from ${language} ☃`,
      true,
      'changed',
      { tags: ['a b', 'c/d'], most: 3, exact: true },
      { tags: [] },
      6.5,
      'anna',
      300_000,
      null,
      ['Failure', 'note_gone', 'missing', { id: 77 }],
      ['Answered', 422, 'input_invalid', ['/text']],
      ['InputInvalid'],
      ['Answered', 500, 'app_failed', []],
      ['CallTimeout'],
      ['CallLost'],
    ])
  },
)

test('one whose process dies is lost, and the next is answered by another', async () => {
  const far = notes()
  onTestFinished(() => far.close())
  await expect(far.invoke('dies')).rejects.toMatchObject({ code: 'call_lost' })
  expect(await far.invoke('total', [1])).toBe(1)
})

test('what only reads is asked once more where its process died, and what may change something is not', async () => {
  const far = notes()
  onTestFinished(() => far.close())
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-once-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(await far.invoke('readOnce', { file: join(folder, 'a') })).toBe('the second time')
  await expect(far.invoke('actOnce', { file: join(folder, 'b') })).rejects.toMatchObject({
    code: 'call_lost',
  })
  expect(await far.invoke('actOnce', { file: join(folder, 'b') })).toBe('the second time')
})

function notes(): PythonTransport {
  return python('handlers_notes:service', { cwd: HERE, python: interpreter(), reload: false })
}

async function opened(app: App): Promise<App> {
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return app
}

/** An answer, but for the words of issues, which are those of a schema library. */
async function seen(app: App, asked: RequestValue): Promise<unknown> {
  const answer = await perform(app, asked)
  const { status, contentType, body } = answer
  // A large body comes behind its head, which then tells its length.
  const headers = Object.fromEntries(
    Object.entries(answer.headers).filter(([field]) => asked.method === 'HEAD' || field !== 'content-length'),
  )
  const isJson = body !== null && contentType?.endsWith('json') === true
  const told = isJson ? (bodyJson(answer) as { code?: string; data?: { issues?: object[] } }) : body
  if (typeof told === 'object' && told !== null && 'data' in told && told.code === 'input_invalid') {
    const pointers = told.data!.issues!.map((issue) => (issue as { pointer: string }).pointer)
    return { status, contentType, headers, code: told.code, pointers }
  }
  return { status, contentType, headers, told }
}

function JSON_BODY(): Record<string, string> {
  return { 'content-type': 'application/json' }
}

function object(properties: Record<string, object>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required }
}

/** A JSON Schema, checked by as much of Ajv's job as these need. */
function typed<T>(schema: JsonSchema): ReturnType<typeof jsonSchema<T>> {
  return jsonSchema<T>(schema, (value) => issues(schema, value, ''))
}

function issues(schema: JsonSchema, value: unknown, pointer: string): { pointer: string; message: string }[] {
  const {
    type,
    properties,
    required,
    items,
    minLength = 0,
    minimum = -1e9,
    maximum = 1e9,
  } = schema as unknown as Loose
  const wrong = (message: string): { pointer: string; message: string }[] => [{ pointer, message }]
  if (type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('no object')
    const missing = (required ?? []).filter((name) => !(name in value))
    return [
      ...missing.map((name) => ({ pointer: `${pointer}/${name}`, message: 'missing' })),
      ...Object.entries(value).flatMap(([name, one]) => {
        const member = properties?.[name]
        if (member !== undefined) return issues(member, one, `${pointer}/${name}`)
        return schema['additionalProperties'] === false
          ? [{ pointer: `${pointer}/${name}`, message: 'unknown' }]
          : []
      }),
    ]
  }
  if (type === 'array')
    return Array.isArray(value)
      ? value.flatMap((one, at) => issues(items!, one, `${pointer}/${at}`))
      : wrong('no list')
  if (type === 'integer' ? !Number.isInteger(value) : typeof value !== type) return wrong(`no ${type}`)
  if (typeof value === 'string' && value.length < minLength) return wrong('too short')
  return typeof value === 'number' && (value < minimum || value > maximum) ? wrong('out of range') : []
}

interface Loose {
  readonly type: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
}
