/** What goes wrong in handlers over a real connection: a short answer for the caller, the whole story for the log. */
import { consoleLog, failure, guard, raise, service, verbs } from 'hagaki'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { Logbook, start } from '../server/kinds.ts'
import { WireClient, type WireResponse } from '../server/wire-client.ts'

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))
const { reads } = verbs({})

/** Asks a service with one handler, and gives its answer and what was logged. */
async function ask(handler: ReturnType<typeof reads>): Promise<{ answer: WireResponse; log: Logbook }> {
  const log = new Logbook()
  const { port } = await start('node-http', service({ it: handler }), { log })
  const client = await WireClient.connect(port)
  const answer = await client.ask('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  client.close()
  return { answer, log }
}

/** The messages of an error and of its causes. */
function story(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...story(error.cause)] : []
}

test('an error of the app is answered without detail, and logged once with its stack', async () => {
  for (const run of [() => raise(new Error('secret')), () => Promise.reject(new Error('secret'))]) {
    const { answer, log } = await ask(reads('/', {}, run))
    expect(JSON.parse(answer.body)).toEqual({
      status: 500,
      title: 'Internal Server Error',
      code: 'app_failed',
      detail: 'The app failed',
    })
    expect(log.errors.map(({ err }) => story(err))).toEqual([['secret']])
  }
})

test('a failure that is not declared is the same, and the log says which it was', async () => {
  const { answer, log } = await ask(reads('/', {}, () => raise(Gone({ id: 7 }))))
  expect([answer.status, answer.body.includes('note_gone')]).toEqual([500, false])
  expect(log.errors).toHaveLength(1)
  expect(story(log.errors[0]!.err)).toContain('note_gone (missing)')
})

test('output that does not fit is the same, and the log says where', async () => {
  const { answer, log } = await ask(
    reads('/', { returns: z.object({ n: z.number() }) }, () => ({ n: 'secret' }) as never),
  )
  expect([answer.status, answer.body.includes('secret')]).toEqual([500, false])
  expect(log.errors).toHaveLength(1)
  expect(story(log.errors[0]!.err)).toContainEqual(expect.stringMatching(/^\/n .*expected number/))
})

test('the console is told the cause as well, when there is no other log', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => said.mockRestore())
  const app = service({
    unfit: reads('/unfit', { returns: z.number() }, () => 'a' as never),
    strange: reads('/strange', {}, () => raise(Gone({ id: 7 }))),
  })
  const { port } = await start('node-http', app, { log: consoleLog })
  const client = await WireClient.connect(port)
  for (const [path, cause] of [
    ['/unfit', /expected number, received string/],
    ['/strange', /Handler "strange" raised note_gone, which it does not declare: add it to its errors/],
  ] as const) {
    said.mockClear()
    await client.ask(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    expect(said.mock.calls.join('\n')).toMatch(cause)
  }
  client.close()
})

test('a declared failure is an answer and no entry of the log', async () => {
  const { answer, log } = await ask(reads('/', { errors: [Gone] }, () => raise(Gone({ id: 7 }))))
  expect([answer.status, answer.field('content-type'), JSON.parse(answer.body)]).toEqual([
    404,
    'application/problem+json',
    { status: 404, title: 'Not Found', code: 'note_gone', data: { id: 7 } },
  ])
  expect(log.errors).toEqual([])
})

test('a guard that refuses says how to come back (RFC 9110 15.5.2)', async () => {
  const Nobody = failure('not_signed_in', 'unauthenticated', z.object({ challenge: z.string() }))
  const guarded = verbs({ user: guard('member', () => raise(Nobody({ challenge: 'Basic realm="notes"' }))) })
  const { answer, log } = await ask(guarded.reads('/', {}, () => {}) as ReturnType<typeof reads>)
  expect([answer.status, answer.field('www-authenticate')]).toEqual([401, 'Basic realm="notes"'])
  expect(log.errors).toEqual([])
})
