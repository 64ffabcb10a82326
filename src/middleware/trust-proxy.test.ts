import { expect, test } from 'vitest'
import { isPromise } from '../call/after.ts'
import { perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import type { App } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { bodyJson, type RequestParts, request } from '../value/message.ts'
import { json } from '../value/result.ts'
import { type TrustProxyOptions, trustProxy } from './trust-proxy.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

interface Seen {
  readonly client: string | null
  readonly protocol: string
  readonly headers: { readonly [name: string]: string }
}

const seen: App = (_method, _path, headers, { client, protocol }) => json({ client, protocol, headers })

const X: TrustProxyOptions = {
  from: ['127.0.0.1/8', '::1', '10.0.0.0/8', 'fe80::/10'],
  fields: 'x-forwarded',
}
const RFC: TrustProxyOptions = { ...X, fields: 'forwarded' }

async function ask(options: TrustProxyOptions, parts: RequestParts): Promise<Seen> {
  const app = use(seen, lint, trustProxy(options), lint)
  return bodyJson(await perform(app, request('GET', '/', { http: '1.1', ...parts }))) as Seen
}

test('a trusted peer tells client, protocol and host (9, 11)', async () => {
  const headers = {
    'X-Forwarded-For': '203.0.113.9',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'a.example:8443',
    Accept: '*/*',
  }
  for (const client of ['127.0.0.1', '127.9.9.9', '::1', '10.1.2.3', 'fe80::1%eth0']) {
    expect(await ask(X, { client, headers }), client).toEqual({
      client: '203.0.113.9',
      protocol: 'https',
      headers: {
        host: 'a.example:8443',
        accept: '*/*',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'a.example:8443',
      },
    })
  }
  const forwarded = 'for="[2001:db8::1]:80";proto=https;host=a.example'
  expect(await ask(RFC, { client: '10.0.0.1', headers: { forwarded } })).toEqual({
    client: '2001:db8::1',
    protocol: 'https',
    headers: { host: 'a.example', forwarded },
  })
})

test('any other peer tells nothing, and what it sent is gone', async () => {
  const headers = {
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'forged.example',
    Forwarded: 'for=127.0.0.1;proto=https;host=forged.example',
    'X-Real-IP': '127.0.0.1',
  }
  for (const client of ['203.0.113.9', '11.0.0.1', '2001:db8::1', null, 'unix']) {
    for (const options of [X, RFC]) {
      expect(await ask(options, { client, headers })).toEqual({
        client,
        protocol: 'http',
        headers: { host: 'localhost' },
      })
    }
  }
})

test('a peer on a unix socket is trusted by name', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' }
  const unix: TrustProxyOptions = { from: ['unix'], fields: 'x-forwarded' }
  expect((await ask(unix, { client: null, headers })).client).toBe('203.0.113.9')
  expect((await ask(unix, { client: '127.0.0.1', headers })).client).toBe('127.0.0.1')
  expect((await ask(X, { client: null, headers })).client).toBeNull()
})

test('only the configured fields are read, and the others removed in every spelling', async () => {
  const both = { 'X-Forwarded-For': '198.51.100.1', Forwarded: 'for=198.51.100.2' }
  const x = await ask(X, { client: '10.0.0.1', headers: both })
  expect([x.client, x.headers]).toEqual([
    '198.51.100.1',
    { host: 'localhost', 'x-forwarded-for': '198.51.100.1' },
  ])
  const rfc = await ask(RFC, { client: '10.0.0.1', headers: both })
  expect([rfc.client, rfc.headers]).toEqual([
    '198.51.100.2',
    { host: 'localhost', forwarded: 'for=198.51.100.2' },
  ])
  for (const name of [
    'X_Forwarded_For',
    'x_forwarded-for',
    'X-Forwarded_Host',
    'x_forwarded_proto',
    'X-Forwarded-Port',
    'x-forwarded-ssl',
    'X_Real_IP',
    'Front-End-Https',
    'Client-IP',
    'True_Client_IP',
    'X-Cluster-Client-IP',
    'CF-Connecting-IP',
    'X-Forwarded-Prefix',
    'X-Original-Host',
  ]) {
    for (const client of ['10.0.0.1', '203.0.113.9']) {
      expect(await ask(X, { client, headers: { [name]: '127.0.0.1' } }), name).toEqual({
        client,
        protocol: 'http',
        headers: { host: 'localhost' },
      })
    }
  }
})

test('a trusted peer that says nothing of a client is the client', async () => {
  expect(await ask(X, { client: '10.0.0.1', protocol: 'https' })).toEqual({
    client: '10.0.0.1',
    protocol: 'https',
    headers: { host: 'localhost' },
  })
})

test('what a trusted peer says and nobody can read makes the client unknown, and never the peer', async () => {
  const cases: [TrustProxyOptions, string][] = [
    [X, 'unknown'],
    [X, '127.0.0.1, 1.2.3'],
    [RFC, 'for=_hidden'],
    [RFC, 'for=127.0.0.1, for="'],
    [RFC, 'for=127.0.0.1; proto=https'],
  ]
  for (const [options, value] of cases) {
    const name = options.fields === 'forwarded' ? 'forwarded' : 'x-forwarded-for'
    const { client, protocol } = await ask(options, { client: '127.0.0.1', headers: { [name]: value } })
    expect([client, protocol], value).toEqual([null, 'http'])
  }
})

test('host and protocol stay as received where the proxy does not say or says what is none (9)', async () => {
  const headers = { host: 'b.example', 'x-forwarded-for': '1.1.1.1', 'x-forwarded-host': 'a b' }
  expect(await ask(X, { client: '10.0.0.1', protocol: 'https', headers })).toEqual({
    client: '1.1.1.1',
    protocol: 'https',
    headers: { host: 'b.example', 'x-forwarded-for': '1.1.1.1' },
  })
})

test('headers without such fields are handed on as they are, and no header object is changed (10)', async () => {
  const value = request('GET', '/', { client: '10.0.0.1', headers: { accept: '*/*' } })
  const given: unknown[] = []
  const keeping: App = (_method, _path, headers) => {
    given.push(headers)
    return json(null)
  }
  await perform(trustProxy(X)(keeping), value)
  expect(given[0]).toBe(value.headers)
  const told = request('GET', '/', { client: '10.0.0.1', headers: { 'x-forwarded-for': '1.1.1.1, 2.2.2.2' } })
  await perform(trustProxy(X)(keeping), told)
  expect(told.headers['x-forwarded-for']).toBe('1.1.1.1, 2.2.2.2')
  expect([Object.isFrozen(given[1]), Object.getPrototypeOf(given[1])]).toEqual([true, null])
})

test('a synchronous app stays synchronous', async () => {
  const results: boolean[] = []
  const inner = trustProxy(X)(seen)
  const outer: App = (...call) => {
    const result = inner(...call)
    results.push(isPromise(result))
    return result
  }
  await perform(outer, request('GET', '/', { client: '10.0.0.1', headers: { 'x-forwarded-for': '1.1.1.1' } }))
  expect(results).toEqual([false])
})

test('options that trust nobody, or cannot be read, are refused where they are written', () => {
  for (const options of [
    undefined,
    true,
    {},
    { from: ['127.0.0.1'] },
    { fields: 'forwarded' },
    { from: [], fields: 'forwarded' },
    { from: '127.0.0.1', fields: 'forwarded' },
    { from: ['localhost'], fields: 'forwarded' },
    { from: ['10.0.0.0/33'], fields: 'forwarded' },
    { from: ['10.*'], fields: 'forwarded' },
    { from: [1], fields: 'forwarded' },
    { from: ['10.0.0.1'], fields: 'x-forwarded-for' },
    { from: ['10.0.0.1'], fields: ['forwarded'] },
    { from: ['10.0.0.1'], fields: 'forwarded', hops: 1 },
  ]) {
    expect(() => trustProxy(options as TrustProxyOptions), JSON.stringify(options)).toThrow(
      fault('setup_faulty'),
    )
  }
})
