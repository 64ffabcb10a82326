/** What goes wrong in a handler: what its client is told, and what the log. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Failure, raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import type { App, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { failure } from './failure.ts'
import { guard } from './provide.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { creates } = verbs({})
const Note = z.object({ text: z.string() })

function post(app: App, parts: RequestParts, log?: Log): Promise<ResponseValue> {
  return perform(app, request('POST', '/', parts), log === undefined ? {} : { log })
}

const codeOf = (answer: ResponseValue): unknown => (bodyJson(answer) as { code?: unknown }).code

/** Keeps what is logged as errors. */
function keeping(): Log & { readonly errors: { err: unknown }[] } {
  const errors: { err: unknown }[] = []
  const quiet = (): void => {}
  return {
    errors,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (fields) => void errors.push(fields as { err: unknown }),
  }
}

test('output that does not fit is answered 500, says nothing of the data, and its cause is logged', async () => {
  const log = keeping()
  const app = service({
    it: creates('/', { returns: Note }, () => ({ text: 'secret-1'.length, hidden: 'secret-2' }) as never),
  })
  const answer = await post(app, {}, log)
  expect(bodyJson(answer)).toEqual({
    status: 500,
    title: 'Internal Server Error',
    code: 'output_invalid',
    detail: 'Handler "it" returned data that does not fit its contract',
  })
  expect(log.errors).toMatchObject([{ err: { message: expect.stringMatching(/^\/text .*expected string/) } }])
})

test('what JSON cannot hold is the handler’s mistake', async () => {
  const log = keeping()
  const app = service({ it: creates('/', { returns: z.any() }, () => ({ n: 1n })) })
  expect(codeOf(await post(app, {}, log))).toBe('app_failed')
  expect(log.errors).toMatchObject([{ err: { message: expect.stringMatching(/BigInt/) } }])
})

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

test('a failure that is declared is answered by its kind, with its data', async () => {
  const app = service({ it: creates('/', { returns: Note, errors: [Gone] }, () => raise(Gone({ id: 7 }))) })
  const log = keeping()
  const answer = await post(app, {}, log)
  expect([answer.status, answer.contentType]).toEqual([404, 'application/problem+json'])
  expect(bodyJson(answer)).toEqual({ status: 404, title: 'Not Found', code: 'note_gone', data: { id: 7 } })
  expect(log.errors).toEqual([])
})

test('anything else that is thrown is answered 500 without detail, and logged once', async () => {
  class Odd extends Error {
    readonly code = 'note_gone'
    readonly status = 404
  }
  for (const thrown of [
    new Error('secret'),
    Gone({ id: 7 }),
    new Odd('secret'),
    'secret',
    null,
    undefined,
    { status: 200 },
  ]) {
    for (const run of [() => raise(thrown), () => Promise.reject(thrown as Error)]) {
      const log = keeping()
      const answer = await post(service({ it: creates('/', {}, run) }), {}, log)
      expect(bodyJson(answer)).toEqual({
        status: 500,
        title: 'Internal Server Error',
        code: 'app_failed',
        detail: 'The app failed',
      })
      // A failure that is not declared is the cause of what is logged, which says so.
      const logged = log.errors.map(({ err }) => (thrown instanceof Failure ? (err as Error).cause : err))
      expect(logged).toEqual([thrown])
    }
  }
})

test('a fault that a handler throws is answered as what it is', async () => {
  const issues = [{ pointer: '/to', message: 'is before from' }]
  const app = service({ it: creates('/', {}, () => raise(new Fault('input_invalid', { issues }))) })
  expect(bodyJson(await post(app, {}))).toMatchObject({ status: 422, data: { issues } })
})

test('what a schema throws is not told', async () => {
  const broken = z.object({}).refine(() => {
    throw new Error('secret')
  })
  for (const spec of [{ accepts: broken }, { returns: broken }]) {
    const log = keeping()
    const answer = await post(service({ it: creates('/', spec, () => ({})) }), {}, log)
    expect([codeOf(answer), bodyText(answer)]).toEqual(['app_failed', expect.not.stringContaining('secret')])
    expect(log.errors).toMatchObject([{ err: { message: 'secret' } }])
  }
})

test('a failure that is not declared is not told, wherever the app has raised it', async () => {
  const raises = (): never => raise(Gone({ id: 1 }))
  const later = { ...z.object({})['~standard'], validate: async () => raises() }
  for (const spec of [
    { accepts: z.object({}).refine(raises) },
    { accepts: { '~standard': later } },
    { accepts: z.object({}), returns: z.object({}), version: raises },
    { accepts: z.object({}), errors: [failure('note_gone', 'conflict')] }, // of another kind, so another one
  ]) {
    const run = (): unknown => ('errors' in spec ? raises() : {})
    const app = service({ it: creates('/', spec as object, run as () => void) })
    expect(codeOf(await post(app, {}))).toBe('app_failed')
  }
})

test('a guard that breaks lets nobody through, and says nothing of why', async () => {
  for (const decide of [() => raise(new Error('secret')), () => Promise.reject(new Error('secret'))]) {
    const log = keeping()
    const { creates: guarded } = verbs({ user: guard('member', decide) })
    let ran = false
    const answer = await post(service({ it: guarded('/', {}, () => void (ran = true)) }), {}, log)
    expect([codeOf(answer), ran]).toEqual(['app_failed', false])
    expect(log.errors).toMatchObject([{ err: { message: 'secret' } }])
  }
})
