import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { bodyJson, request } from '../value/message.ts'
import type { ReturnsPolicy } from './giving.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { reads } = verbs({})
const User = z.object({ name: z.string(), pets: z.array(z.object({ name: z.string() })).optional() })
const ROW = { name: 'alice', hash: 'secret', pets: [{ name: 'rex', chip: 1 }] }

const answerOf = async (returns: ReturnsPolicy, data: unknown): Promise<unknown> => {
  const app = service({ it: reads('/', { returns: User }, () => data as never) }, { returns })
  return bodyJson(await perform(app, request('GET', '/')))
}

test('checked data are those of the schema, and what does not fit is a failure of the app', async () => {
  expect(await answerOf('check', ROW)).toEqual({ name: 'alice', pets: [{ name: 'rex' }] })
  expect(await answerOf('check', { name: 1 })).toMatchObject({ status: 500, code: 'output_invalid' })
})

test('stripped data hold what the contract names, and are not checked', async () => {
  expect(await answerOf('strip', ROW)).toEqual({ name: 'alice', pets: [{ name: 'rex' }] })
  expect(await answerOf('strip', { name: 1, hash: 'secret' })).toEqual({ name: 1 })
})

test('data that are let through are given as they are', async () => {
  expect(await answerOf('off', ROW)).toEqual(ROW)
})

test('a service within a service says itself what becomes of its data, or the outer one does', async () => {
  const it = reads('/', { returns: User }, () => ROW)
  const inner = service({ it }, { prefix: '/inner' })
  const own = service({ it }, { prefix: '/own', returns: 'check' })
  const app = service({ inner, own }, { returns: 'off' })
  expect(bodyJson(await perform(app, request('GET', '/inner')))).toEqual(ROW)
  expect(bodyJson(await perform(app, request('GET', '/own')))).toEqual({
    name: 'alice',
    pets: [{ name: 'rex' }],
  })
})
