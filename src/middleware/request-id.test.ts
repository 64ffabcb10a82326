import { expect, test } from 'vitest'
import { isPromise } from '../call/after.ts'
import { perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import type { App } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { bodyJson, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { json } from '../value/result.ts'
import { type RequestIdOptions, requestId, requestIdKey } from './request-id.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

const seeing: App = (_method, _path, headers, options) =>
  json([options.get(requestIdKey) ?? null, headers['x-request-id'] ?? null])

const counting = serverFacts({ random: (bytes) => Uint8Array.from({ length: bytes }, (_, at) => at * 16) })
const MADE = '00102030405060708090a0b0c0d0e0f0'

function ask(options?: RequestIdOptions, parts?: RequestParts, app: App = seeing): Promise<ResponseValue> {
  return perform(use(app, lint, requestId(options), lint), request('GET', '/', parts), { server: counting })
}

async function idOf(options?: RequestIdOptions, parts?: RequestParts): Promise<unknown> {
  const answered = await ask(options, parts)
  const id = answered.headers['x-request-id']
  // Key, request field, answer and carried context say the same.
  expect([bodyJson(answered), answered.context]).toEqual([[id, id], { 'request-id': id }])
  return id
}

test('a request without an id gets one of 128 random bits, from the server (19)', async () => {
  expect(await idOf()).toBe(MADE)
  expect(await idOf({ trust: true })).toBe(MADE)
})

test('what a client sends counts only where it is trusted', async () => {
  const headers = { 'x-request-id': 'theirs-1' }
  expect(await idOf({}, { headers })).toBe(MADE)
  expect(await idOf({ trust: false }, { headers })).toBe(MADE)
  expect(await idOf({ trust: true }, { headers })).toBe('theirs-1')
})

test('even a trusted id is bounded, one, and made of harmless characters', async () => {
  for (const id of [
    'a',
    '0',
    'f'.repeat(128),
    '9f2c-4e1b_a.b:c=d+e/f@g~h',
    'd54b2f1a-8a4c-4f0e-9b77-6d1c3f0e5a21',
  ]) {
    expect(await idOf({ trust: true }, { headers: { 'x-request-id': id } }), id).toBe(id)
  }
  for (const id of [
    '',
    'f'.repeat(129),
    'a, b',
    'a b',
    'a\tb',
    '-a',
    '../a',
    '"a"',
    '<a>',
    'a;b',
    'a\x80',
    'é',
    '%0a',
    '$(a)',
  ]) {
    expect(await idOf({ trust: true }, { headers: { 'x-request-id': id } }), id).toBe(MADE)
  }
})

test('an id that came over a link is kept, whoever else says what (17)', async () => {
  const context = { 'request-id': 'from-afar' }
  expect(await idOf({}, { context })).toBe('from-afar')
  expect(await idOf({ trust: true }, { context, headers: { 'x-request-id': 'b' } })).toBe('from-afar')
  const faulty = await ask({}, { context: { 'request-id': 'a\nb' } })
  expect([faulty.status, bodyJson(faulty)]).toEqual([400, expect.objectContaining({ code: 'value_faulty' })])
})

test('an id set twice is one', async () => {
  const app = use(seeing, requestId(), requestId({ trust: true }))
  expect(bodyJson(await perform(app, request('GET', '/'), { server: counting }))).toEqual([MADE, MADE])
})

test('error answers have it too, and one of the app is replaced (25)', async () => {
  const failing: App = () => {
    throw new Error('no')
  }
  expect((await ask({}, {}, failing)).headers['x-request-id']).toBe(MADE)
  const own: App = () => [204, null, { 'x-request-id': ['a', 'b'] }, null]
  expect((await ask({}, {}, own)).headers['x-request-id']).toBe(MADE)
})

test('a synchronous app stays synchronous', async () => {
  const inner = requestId()(seeing)
  const outer: App = (...call) => {
    const result = inner(...call)
    expect(isPromise(result)).toBe(false)
    return result
  }
  expect((await perform(outer, request('GET', '/'))).status).toBe(200)
})

test('options that are none are refused where they are written', () => {
  for (const options of [null, 'x', { trust: 'yes' }, { header: 'x-id' }]) {
    expect(() => requestId(options as RequestIdOptions), JSON.stringify(options)).toThrow(
      fault('setup_faulty'),
    )
  }
})
