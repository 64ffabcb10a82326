import { expect, test } from 'vitest'
import type { Options, OptionsData, Outcome } from '../contract.ts'
import { Call } from './call.ts'
import { WholeInput } from './input.ts'
import { key } from './keys.ts'
import { silentLog } from './log.ts'
import { CallOptions } from './options.ts'
import { serverFacts } from './server-facts.ts'

const DATA: OptionsData = {
  query: 'a=1',
  mount: '/api',
  http: '1.1',
  client: '::1',
  protocol: 'https',
  deadline: null,
  upgrade: ['websocket'],
}
const INPUT = new WholeInput(null, 10)

function made(call: Call = new Call(serverFacts(), silentLog)): CallOptions {
  return new CallOptions(call, INPUT, DATA)
}

test('data are members; what is lazy is a getter of the prototype, so a spread has none of it (11, 12)', () => {
  const options = made()
  expect({ ...options }).toEqual(DATA)
  expect(options.data()).toEqual(DATA)
  for (const name of ['input', 'signal', 'log']) {
    expect(Object.hasOwn(options, name), name).toBe(false)
    expect(name in options, name).toBe(true)
  }
})

test('with derives options that differ in what was told, and in nothing else (12)', () => {
  const options = made()
  const input = new WholeInput(new Uint8Array(1), 10)
  const changes = { query: null, client: null, protocol: 'http', deadline: 5, mount: '/api/v1' } as const
  const derived = options.with({ ...changes, input })
  expect({ ...derived }).toEqual({ ...DATA, ...changes })
  expect(derived.input).toBe(input)
  expect({ ...options }).toEqual(DATA)
  expect(options.input).toBe(INPUT)
  expect(options.with({}).input).toBe(INPUT)
})

test('derived options share signal, log, defer, hint, trailer and context with those they came from (12)', async () => {
  const hints: unknown[] = []
  const call = new Call(serverFacts(), silentLog, { hint: (fields) => void hints.push(fields) })
  const options: Options = made(call)
  const derived = options.with({ query: null }).with({ mount: '/api/v1' })
  expect([derived.signal, derived.log]).toEqual([options.signal, options.log])
  expect(derived.signal).toBe(options.signal)

  const [inner, outer] = [key<string>('inner'), key<string>('outer')]
  derived.set(inner, 'set within')
  options.set(outer, 'set outside')
  expect([options.get(inner), derived.get(outer)]).toEqual(['set within', 'set outside'])

  derived.hint({ link: '</a>' })
  derived.trailer(() => ({ x: '1' }))
  const told: Outcome[] = []
  derived.defer((outcome) => void told.push(outcome))
  expect([hints.length, call.trailers()]).toEqual([1, { x: '1' }])
  await call.settle({ status: 200, error: null, aborted: false })
  expect(told).toEqual([{ status: 200, error: null, aborted: false }])
})

test('a deadline is watched once somebody asks for the signal, derived deadlines too (11, 16)', async () => {
  const server = serverFacts()
  const call = new Call(server, silentLog)
  const { signal } = made(call).with({ deadline: server.now() })
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  expect(signal.aborted).toBe(true)
})

test('the call behind options is found through any number of derivations, and through nothing else (17)', () => {
  const call = new Call(serverFacts(), silentLog)
  expect(CallOptions.callOf(made(call).with({}).with({}))).toBe(call)
  expect(CallOptions.callOf({ ...made(call) } as unknown as Options)).toBeNull()
  expect(CallOptions.callOf(Object.create(made(call)) as Options)).toBeNull()
})
