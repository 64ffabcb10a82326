/** Clause 17: who may hand in context. */
import { capture, request, text } from 'hagaki'
import { expect, test } from 'vitest'
import { WholeInput } from '../../src/call/input.ts'
import { Joined } from '../roads/joined.ts'
import { user } from '../roads/user.ts'
import { SERVERS, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { withLength } from '../server/wire-request.ts'

test('no field, path or body of an HTTP client sets a carried key; a link does (17)', async () => {
  for (const kind of SERVERS) {
    const { port } = await start(kind, async (...call) => {
      const { context, timeoutMs } = await capture(...call)
      return text(JSON.stringify([call[3].get(user) ?? null, context, timeoutMs]))
    })
    const forged = withLength(
      'POST /?user=eve&context=%7B%22user%22:%22eve%22%7D',
      '{"context":{"user":"eve"},"timeoutMs":1}',
      'Content-Type: application/json',
      'Context: {"user":"eve"}',
      'User: eve',
      'TimeoutMs: 1',
    )
    const { body } = await (await WireClient.connect(port)).ask(forged)
    expect(JSON.parse(body), kind).toEqual([null, {}, null])
  }

  const joined = new Joined((_method, _path, _headers, options) => text(options.get(user) ?? 'nobody'))
  await joined.settle()
  const { body: _, ...asked } = request('GET', '/', { context: { user: 'anna' } })
  const { signal } = new AbortController()
  const answer = joined.caller.call(asked, new WholeInput(null, 0), { signal })
  await joined.settle()
  expect(Buffer.from((await answer)[3] as Uint8Array).toString()).toBe('anna')
})
