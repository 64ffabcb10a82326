/** Bodies that are sent where nothing is asked for, and are not read: over connections of both servers, and links. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyJson, perform, query, remote, request, service, silentLog, verbs } from 'hagaki'
import { local } from 'hagaki/client'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { work } from 'hagaki/work'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { WireClient } from '../server/wire-client.ts'

const { acts, deletes, reads } = verbs({})
const Id = z.object({ id: z.number() })
const app = service({
  like: acts(
    '/likes/{id}',
    { accepts: Id, ignoresBody: true, returns: z.number(), limit: 10 },
    ({ id }) => id,
  ),
  drop: deletes('/likes/{id}', { accepts: Id, ignoresBody: true }, () => {}),
  page: acts(
    '/pages',
    {
      accepts: z.object({ page: z.number() }),
      from: { page: query() },
      ignoresBody: true,
      returns: z.number(),
    },
    ({ page }) => page,
  ),
})

/** Bodies that a handler would refuse to read, each with the fields that say what it is. */
const SENT: readonly (readonly [body: string, fields: readonly string[]])[] = [
  ['{}', ['content-type: application/json']],
  ['{', ['content-type: application/json']],
  ['a=b', ['content-type: application/x-www-form-urlencoded']],
  ['x', ['content-type: ???', 'content-encoding: nothing']],
  ['{"id":8}', []],
  ['x'.repeat(2_000), ['content-type: text/plain']],
]

for (const server of ['http1', 'node-http'] as const) {
  test(`${server}: a body of any type, coding and size beyond the limit is not looked at`, async () => {
    const running = await serve(app, { port: 0, server, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const client = await WireClient.connect(running.port)
    onTestFinished(() => client.close())
    for (const [body, fields] of SENT) {
      for (const [method, status, text] of [
        ['POST', 200, '7'],
        ['DELETE', 204, ''],
      ] as const) {
        const head = [`${method} /likes/7 HTTP/1.1`, 'host: x', `content-length: ${body.length}`, ...fields]
        const answer = await client.ask(`${head.join('\r\n')}\r\n\r\n${body}`)
        expect([answer.status, answer.body], `${method} ${fields.join()}`).toEqual([status, text])
      }
    }
  })
}

test('over a link nothing of it moves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-ignored-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const working = await work(app, { listen: `unix:${join(folder, 'w.sock')}`, log: silentLog })
  onTestFinished(() => working.close({ now: true }))
  const far = socket(working.addresses[0]!)
  onTestFinished(() => far.close())
  const large = request('POST', '/likes/7', { body: new Uint8Array(3_000_000) })
  expect((await perform(remote(far), large)).status).toBe(200)
})

test('clients send none, and members stay where they are', async () => {
  const api = local(app)
  expect([await api.like({ id: 3 }), await api.page({ page: 4 })]).toEqual([3, 4])
  expect((await perform(app, request('POST', '/likes/7?id=8', { json: {} }))).status).toBe(400)
  // @ts-expect-error there is no such member
  void (() => api.like({ id: 1, body: 'x' }))
})

test('a body that is neither asked for nor ignored is refused, in words that say so', async () => {
  const strict = service({ like: acts('/likes/{id}', { accepts: Id }, () => {}) })
  const answer = await perform(strict, request('POST', '/likes/7', { json: {} }))
  expect(bodyJson(answer)).toMatchObject({
    status: 400,
    detail: 'Cannot take a body: none is asked for here',
  })
})

test('a handler that takes a body cannot ignore it, nor can one that reads', () => {
  const Text = z.object({ text: z.string() })
  for (const [make, message] of [
    [
      () => acts('/', { accepts: Text, ignoresBody: true }, () => {}),
      /it takes a body and ignores it\. Pin each/,
    ],
    [() => acts('/', { body: Text, ignoresBody: true }, () => {}), /it takes a body and ignores it/],
    [
      () => reads('/', { ignoresBody: true }, () => {}),
      /it reads, and a request for that has no body\. Leave/,
    ],
    [() => acts('/', { ignoresBody: 'yes' as never }, () => {}), /its ignoresBody is not true or false/],
  ] as const) {
    expect(() => service({ it: make() }), String(message)).toThrow(message)
  }
})
