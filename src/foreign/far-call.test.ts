import { expect, test } from 'vitest'
import { Call } from '../call/call.ts'
import { WholeInput } from '../call/input.ts'
import { silentLog } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { CallHead } from '../wire/frames/named.ts'
import { callFar } from './far-call.ts'

test("what is left of a deadline is told by the server's clock, which may stand elsewhere (19)", async () => {
  const server = serverFacts({ now: () => 1_000 })
  const options = new CallOptions(new Call(server, silentLog), new WholeInput(null, 0), {
    query: null,
    mount: '',
    http: null,
    client: null,
    protocol: 'http',
    deadline: 1_250,
    upgrade: null,
  })
  const heads: CallHead[] = []
  const invoke = async (head: CallHead): Promise<unknown> => void heads.push(head)
  const far = { name: 'read', line: {}, flow: null, isSafe: true, failures: new Map() }
  await callFar(invoke, far, options)
  expect(heads).toEqual([{ name: 'read', timeoutMs: 250, context: {} }])
})
