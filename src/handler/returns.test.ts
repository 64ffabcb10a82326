import { expect, test } from 'vitest'
import { z } from 'zod'
import { silentLog } from '../call/log.ts'
import { perform } from '../call/perform.ts'
import { bodyJson, request } from '../value/message.ts'
import type { ReturnsPolicy } from './giving.ts'
import type { AnyHandler } from './handler.ts'
import { reply } from './reply.ts'
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

test('data of a handler whose contract says that it returns none are a failure of the app, and the log says what to write', async () => {
  const seen: unknown[] = []
  const log = {
    ...silentLog,
    error: ({ err }: { err?: Error }, said?: string) => void seen.push(`${said}: ${err}`),
  }
  const statusOf = async (it: AnyHandler, returns: ReturnsPolicy = 'check'): Promise<number> =>
    (await perform(service({ it }, { returns }), request('GET', '/'), { log })).status
  for (const data of [ROW, 'secret', false, 0, reply(ROW)]) {
    expect(await statusOf(reads('/', {}, () => data as never))).toBe(500)
    expect(await statusOf(reads('/', {}, async () => data as never))).toBe(500)
  }
  expect(seen[0]).toMatch(/Handler "it" .*It returned object, and has no returns: say what it returns/)
  expect(seen.join()).not.toContain('secret')
  expect(
    await statusOf(
      reads('/', {}, () => ROW as never),
      'strip',
    ),
  ).toBe(204)
  expect(
    await statusOf(
      reads('/', {}, () => ROW as never),
      'off',
    ),
  ).toBe(204)
  const it = reads('/', {}, () => ROW as never)
  await expect(service({ it }).invoke('it')).rejects.toMatchObject({ code: 'output_invalid' })
})
