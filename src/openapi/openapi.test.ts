import { expect, test } from 'vitest'
import type { Contract, HandlerContract, TakesContract } from '../handler/contract.ts'
import { type OpenApiDocument, type Operation, openapi } from './openapi.ts'

const READS: HandlerContract = { verb: 'reads', path: '/notes', gives: 'data', errors: {}, guards: [] }
const Text = { type: 'object', properties: { id: { type: 'number' }, text: { type: 'string' } } }

function documentOf(handlers: Contract['handlers'], more: object = {}): OpenApiDocument {
  return openapi({ hagaki: 1, handlers, ...more }, { title: 'T', version: '1' })
}

function operationOf(handler: Partial<HandlerContract>, more: object = {}): Operation {
  const { paths } = documentOf({ one: { ...READS, ...handler } }, more)
  return Object.values(Object.values(paths)[0]!)[0]!
}

test('method and status follow from the verb', () => {
  const table: [verb: HandlerContract['verb'], method: string, status: string][] = [
    ['reads', 'get', '200'],
    ['creates', 'post', '201'],
    ['replaces', 'put', '200'],
    ['updates', 'patch', '200'],
    ['deletes', 'delete', '200'],
    ['acts', 'post', '200'],
  ]
  for (const [verb, method, status] of table) {
    const { paths } = documentOf({ one: { ...READS, verb, offers: ['application/json'], returns: {} } })
    const operation = paths['/notes']![method as 'get']!
    expect(Object.keys(operation.responses).filter((code) => code < '300')).toEqual([status])
    expect(operation['x-verb']).toBe(verb)
  }
  expect(operationOf({ verb: 'creates' }).responses['204']).toBeDefined()
})

test('members of the input stand where the handler takes them from', () => {
  const accepts = {
    type: 'object',
    properties: {
      id: { type: 'number' },
      tags: { type: 'array', items: { type: 'string' } },
      by: { type: 'string' },
      page: { type: 'number' },
      lang: {},
      theme: {},
    },
    required: ['id', 'tags', 'by'],
  }
  const from = {
    page: { in: 'query', name: 'p' },
    lang: { in: 'header', name: 'accept-language' },
    theme: { in: 'cookie', name: 'theme' },
  } as const
  const places = (handler: Partial<HandlerContract>): string[] =>
    (operationOf({ path: '/notes/{id}', accepts, from, ...handler }).parameters ?? []).map(
      ({ in: place, name, required }) => `${place} ${name}${required ? '!' : ''}`,
    )
  const pinned = ['query p', 'header accept-language', 'cookie theme']
  // A list that is required is empty when the query does not name it.
  expect(places({})).toEqual(['path id!', 'query tags', 'query by!', ...pinned])
  const takes = { as: 'data', mediaTypes: ['application/json'], body: 'members' } as const
  expect(places({ verb: 'acts', takes })).toEqual(['path id!', ...pinned])
  const whole = { ...takes, body: 'member', schema: { type: 'string' } } as const
  expect(places({ verb: 'acts', takes: whole })).toEqual(['path id!', 'query tags', 'query by!', ...pinned])
  const { requestBody } = operationOf({ verb: 'acts', path: '/notes/{id}', accepts, from, takes })
  const schema = requestBody!.content['application/json']!.schema!
  expect(Object.keys(schema['properties'] as object)).toEqual(['tags', 'by'])
  expect(schema['required']).toEqual(['tags', 'by'])
})

test('a list in the query is its name again and again; any other name is an exploded object', () => {
  const accepts = {
    type: 'object',
    properties: { others: { type: 'array', items: {} } },
    additionalProperties: { type: 'number' },
  }
  expect(operationOf({ accepts }).parameters).toEqual([
    {
      name: 'others',
      in: 'query',
      required: false,
      schema: { type: 'array', items: {} },
      style: 'form',
      explode: true,
    },
    {
      name: 'otherNames',
      in: 'query',
      required: false,
      description: 'Any other name.',
      schema: { type: 'object', additionalProperties: { type: 'number' } },
      style: 'form',
      explode: true,
    },
  ])
})

test('a body may be left out only where all of its members may', () => {
  const takes = { as: 'data', mediaTypes: ['application/json'], body: 'members' } as const
  const properties = { a: { type: 'string' } }
  const needs = { type: 'object', properties, required: ['a'] }
  const table: [accepts: object, required: boolean][] = [
    [{ type: 'object', properties }, false],
    [needs, true],
    [{ $ref: '#/$defs/A', $defs: { A: needs } }, true],
    [{ oneOf: [needs, { ...needs }] }, true],
    [{ oneOf: [needs, { type: 'object', properties }] }, false],
    [{ allOf: [{ type: 'object', properties }, needs] }, true],
  ]
  for (const [accepts, required] of table)
    expect(operationOf({ verb: 'acts', accepts: { ...accepts }, takes }).requestBody!.required).toBe(required)
})

test('where a file is required, forms alone are a body', () => {
  const form = 'multipart/form-data'
  const mediaTypes = [form, 'application/json']
  const file = { type: 'string', format: 'binary', contentEncoding: 'binary' }
  const accepts = { type: 'object', properties: { file, title: { type: 'string' } } }
  const typesOf = (more: object, takes: Partial<TakesContract>): string[] => {
    const said = { as: 'data', mediaTypes, body: 'members', ...takes } as const
    return Object.keys(operationOf({ verb: 'acts', ...more, takes: said }).requestBody!.content)
  }
  expect(typesOf({ accepts: { ...accepts, required: ['file'] } }, {})).toEqual([form])
  expect(typesOf({ accepts: { ...accepts, required: ['title'] } }, {})).toEqual(mediaTypes)
  expect(typesOf({}, { body: 'member', schema: { ...accepts, required: ['file'] } })).toEqual([form])
  expect(
    typesOf({ accepts: { ...accepts, required: ['file'] } }, { mediaTypes: ['application/json'] }),
  ).toEqual(['application/json'])
})

test('each kind of body says its media types, and its limits in bytes', () => {
  const at = (takes: HandlerContract['takes'], more: object = {}): unknown =>
    operationOf({ verb: 'acts', takes: takes!, ...more }).requestBody
  const image = { as: 'bytes', mediaTypes: ['image/png', 'image/*'], body: 'whole' } as const
  expect(at(image, { limit: 10, decodedLimit: 20 })).toEqual({
    description: 'At most 10 bytes, and 20 once its content coding is undone.',
    required: true,
    content: { 'image/png': {}, 'image/*': {} },
    'x-limit': 10,
    'x-decoded-limit': 20,
  })
  expect(at({ as: 'text', mediaTypes: ['text/plain'], body: 'whole' })).toEqual({
    required: true,
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  const limits = { parts: 3, part: 50 }
  expect(
    at({ as: 'parts', mediaTypes: ['multipart/form-data'], body: 'member', limits }, { limit: 99 }),
  ).toEqual({
    description: 'At most 99 bytes. At most 3 parts. At most 50 bytes for each part.',
    required: false,
    content: { 'multipart/form-data': {} },
    'x-limit': 99,
  })
  expect(at({ as: 'chunks', mediaTypes: ['*/*'], body: 'member' })).toEqual({
    required: false,
    content: { '*/*': {} },
  })
})

test('what streams is told item by item, and makes the document one of 3.2', () => {
  const schema = { type: 'number' }
  const items = { as: 'items', mediaTypes: ['application/jsonl'], body: 'member', schema } as const
  const document = documentOf({ in: { ...READS, verb: 'acts', takes: items } })
  expect(document.openapi).toBe('3.2.0')
  expect(document.paths['/notes']!.post!.requestBody!.content).toEqual({
    'application/jsonl': { itemSchema: schema },
  })
  const offers = ['text/event-stream', 'application/jsonl']
  const content = operationOf({ gives: 'items', offers, returns: schema }).responses['200'] as {
    content: Record<string, { itemSchema: object }>
  }
  expect(content.content['application/jsonl']).toEqual({ itemSchema: schema })
  expect(content.content['text/event-stream']!.itemSchema).toMatchObject({
    oneOf: [
      { properties: { data: { contentSchema: schema } } },
      { properties: { event: { const: 'failure' } } },
    ],
  })
  expect(documentOf({ out: { ...READS, gives: 'chunks', offers: ['video/mp4'] } }).openapi).toBe('3.1.1')
})

test('a stream that is gone on with takes the id of the item seen last', () => {
  const { parameters } = operationOf({
    gives: 'items',
    offers: ['text/event-stream'],
    returns: {},
    resumes: true,
  })
  expect(parameters).toMatchObject([{ in: 'header', name: 'last-event-id', required: false }])
})

test('versions, freshness and places are told as fields, and what they do to a call as statuses', () => {
  const read = operationOf({ versioned: true, fresh: 'no-cache', offers: ['application/json'], returns: {} })
  expect(read.responses['304']).toBeDefined()
  expect(read.responses['412']).toBeDefined()
  expect(read.parameters!.map(({ name }) => name)).toEqual(['if-none-match'])
  expect((read.responses['200'] as { headers: object }).headers).toEqual({
    etag: { $ref: '#/components/headers/ETag' },
    'cache-control': expect.objectContaining({ schema: { type: 'string', const: 'no-cache' } }),
  })
  const accepts = { type: 'object', properties: { v: { type: 'string' } } }
  const from = { v: { in: 'header', name: 'if-match' } } as const
  const own = operationOf({ verb: 'updates', versioned: true, accepts, from })
  expect(
    own.parameters!.map(({ name }) => name),
    'once',
  ).toEqual(['if-match'])
  const made = operationOf({
    verb: 'creates',
    location: '/{id}',
    offers: ['application/json'],
    returns: Text,
  })
  expect((made.responses['201'] as { headers: object }).headers).toEqual({
    location: { $ref: '#/components/headers/Location' },
  })
})

test('what is changed has an entity tag where its handler gives the version of its own answer, and not where it heeds one', () => {
  const change = (versions: Partial<HandlerContract>): unknown[] => {
    const shape = { verb: 'updates', offers: ['application/json'], returns: Text, ...versions } as const
    const { responses, parameters = [] } = operationOf(shape)
    const { headers = {} } = responses['200'] as { readonly headers?: object }
    return [Object.keys(headers), parameters.map(({ name }) => name), '412' in responses]
  }
  expect(change({ versioned: true })).toEqual([[], ['if-match'], true])
  expect(change({ versioned: true, tagged: true })).toEqual([['etag'], ['if-match'], true])
  expect(change({ tagged: true })).toEqual([['etag'], [], false])
})

test('refusals are shared, and there where a handler may refuse so', () => {
  const statuses = (handler: Partial<HandlerContract>): string[] =>
    Object.keys(operationOf(handler).responses)
  expect(statuses({})).toEqual(['204', '400', '503', 'default'])
  expect(statuses({ offers: ['a/b'], returns: {}, accepts: Text })).toEqual([
    '200',
    '400',
    '406',
    '422',
    '503',
    'default',
  ])
  const takes = { as: 'bytes', mediaTypes: ['a/b'], body: 'whole' } as const
  expect(statuses({ verb: 'acts', takes })).toEqual(['204', '400', '413', '415', '503', 'default'])
})

test('failures are told by their codes, beside each other and beside what else has their status', () => {
  const errors = {
    gone: { kind: 'missing', data: { type: 'object' } },
    hidden: { kind: 'missing' },
    taken: { kind: 'invalid' },
    busy: { kind: 'unavailable' },
    nobody: { kind: 'unauthenticated' },
  } as const
  const { paths, components } = documentOf({ one: { ...READS, accepts: Text, errors } })
  const schemaOf = (status: string): unknown =>
    (paths['/notes']!.get!.responses[status] as { content: Record<string, { schema: object }> }).content[
      'application/problem+json'
    ]!.schema
  const ref = (name: string): string => `#/components/schemas/${name}`
  expect(components.schemas['GoneProblem']).toMatchObject({
    properties: { status: { const: 404 }, code: { const: 'gone' }, data: { type: 'object' } },
    required: ['status', 'title', 'code', 'data'],
  })
  expect(schemaOf('404')).toEqual({
    oneOf: [{ $ref: ref('GoneProblem') }, { $ref: ref('HiddenProblem') }],
    discriminator: {
      propertyName: 'code',
      mapping: { gone: ref('GoneProblem'), hidden: ref('HiddenProblem') },
    },
  })
  expect(schemaOf('422')).toMatchObject({
    oneOf: [{ $ref: ref('TakenProblem') }, { $ref: ref('InputProblem') }],
  })
  expect(schemaOf('503')).toEqual({ anyOf: [{ $ref: ref('BusyProblem') }, { $ref: ref('Problem') }] })
  expect(paths['/notes']!.get!.responses['401']).toMatchObject({ headers: { 'www-authenticate': {} } })
})

test('where a service writes refusals by itself, their statuses are told and nothing of their form', () => {
  const errors = {
    note_gone: { kind: 'missing', data: Text },
    not_signed_in: { kind: 'unauthenticated' },
  } as const
  const { responses } = operationOf({ errors, ownRefusals: true, offers: ['application/json'], returns: {} })
  expect(Object.keys(responses).sort()).toEqual(['200', '400', '401', '404', '406', '503', 'default'])
  for (const [status, response] of Object.entries(responses)) {
    if (status === '200') continue
    expect(response, status).toMatchObject({ description: expect.stringMatching(/./) })
    expect('content' in response, status).toBe(false)
  }
  expect(responses['401']).toHaveProperty(['headers', 'www-authenticate'])
})

test('one code with other data in another handler is another schema', () => {
  const gone = (data: object): HandlerContract['errors'] => ({ gone: { kind: 'missing', data: { ...data } } })
  const { components } = documentOf({
    a: { ...READS, errors: gone({ type: 'string' }) },
    b: { ...READS, path: '/b', errors: gone({ type: 'string' }) },
    c: { ...READS, path: '/c', errors: gone({ type: 'number' }) },
  })
  const names = Object.keys(components.schemas).filter((name) => name.startsWith('Gone'))
  expect(names).toEqual(['GoneProblem', 'GoneProblemOutput'])
})

test('guards ask for their schemes together, under names that components may have', () => {
  const bearer = { type: 'http', scheme: 'bearer' } as const
  const key = { type: 'apiKey', in: 'header', name: 'k' } as const
  const schemes = { 'a b': bearer, a_b: key }
  const more = { schemes }
  expect(operationOf({ guards: ['a b', 'hours', 'a_b'] }, more)).toMatchObject({
    security: [{ a_b: [], a_b_: [] }],
    'x-guards': ['a b', 'hours', 'a_b'],
  })
  expect(operationOf({ guards: ['hours'] }, more)).not.toHaveProperty('security')
  expect(documentOf({}, more).components.securitySchemes).toEqual({ a_b: bearer, a_b_: key })
})

test('nested names are tags', () => {
  const { tags, paths } = documentOf({ list: READS, 'notes.mine.add': { ...READS, path: '/mine' } })
  expect(tags).toEqual([{ name: 'notes' }])
  expect(paths['/mine']!.get).toMatchObject({ operationId: 'notes.mine.add', tags: ['notes'] })
  expect(paths['/notes']!.get).not.toHaveProperty('tags')
})

test('templates that differ in their names alone are one path, with the names that came first', () => {
  const accepts = { type: 'object', properties: { key: { type: 'string', description: 'The key.' } } }
  const { paths } = documentOf({
    read: { ...READS, path: '/ä/{id}', accepts: Text },
    remove: { ...READS, verb: 'deletes', path: '/ä/{key}', accepts },
  })
  expect(Object.keys(paths)).toEqual(['/%C3%A4/{id}'])
  expect(paths['/%C3%A4/{id}']!.delete!.parameters).toMatchObject([{ name: 'id', description: 'The key.' }])
})

test('a handler of one host is at that host, and two that only hosts tell apart need a document each', () => {
  const any = READS
  const own = { ...READS, host: 'api.example.com' }
  const servers = ['/v1', { url: 'https://example.com/v2' }]
  const { paths } = openapi({ hagaki: 1, handlers: { own } }, { title: 'T', version: '1', servers })
  expect(paths['/notes']!.get!.servers).toEqual([
    { url: '//api.example.com/v1' },
    { url: '//api.example.com/v2' },
  ])
  const both: Contract = { hagaki: 1, handlers: { any, own, else: { ...any, path: '/else' } } }
  expect(() => openapi(both, { title: 'T', version: '1' })).toThrow(/"any" and "own".*for each host/)
  const ids = (host: string): string[] =>
    Object.values(openapi(both, { title: 'T', version: '1', host }).paths).map(({ get }) => get!.operationId)
  expect(ids('API.example.com')).toEqual(['own', 'else'])
  expect(ids('www.example.com')).toEqual(['any', 'else'])
})

test('a contract of another version is refused', () => {
  for (const hagaki of [2, undefined, '1'])
    expect(() => openapi({ hagaki, handlers: {} } as never, { title: 'T', version: '1' })).toThrow(
      expect.objectContaining({ code: 'setup_faulty' }),
    )
})
