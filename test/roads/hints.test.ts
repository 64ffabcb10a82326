/** Hints over links: clause 18; RFC 8297; `spec/frames.md`, "Calls"; the Rack specification, `rack.early_hints`. */
import { app, mount, type ResponseHeaders, silentLog, stream, text } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { rack } from 'hagaki/rack'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ruby } from '../../scripts/needs.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { call, ready, settling } from './joined-calls.ts'

const HERE = new URL('.', import.meta.url)

let running: Running
beforeAll(async () => {
  const roads = {
    '/ruby': rack('rack_hints.ru', { cwd: HERE, ruby: ruby(), earlyHints: true }),
    '/silent': rack('rack_hints.ru', { cwd: HERE, ruby: ruby() }),
    '/thread': isolate(new URL('modules/hinting.ts', HERE)),
  }
  running = await serve(mount(roads), { port: 0, log: silentLog })
})
afterAll(() => running.close({ now: true }))

test.each(['/ruby', '/thread'])('%s: what a far app hints is a 103 before its answer', async (path) => {
  const client = await WireClient.connect(running.port)
  client.send(head(`GET ${path}`))
  const lines = [
    ['link', '</a.css>; rel=preload'],
    ['link', '</b.js>; rel=preload'],
  ]
  expect(await client.head()).toMatchObject({ status: 103, lines })
  expect(await client.response()).toMatchObject({ status: 200, body: 'hinted' })
})

test.each(['/ruby', '/thread'])('%s: HTTP/1.0 has no 103, and its answer is whole', async (path) => {
  const client = await WireClient.connect(running.port)
  client.send(`GET ${path} HTTP/1.0\r\n\r\n`)
  expect(await client.head()).toMatchObject({ status: 200 })
})

test('a Rack app has no means to send them where nobody gave it any', async () => {
  const client = await WireClient.connect(running.port)
  client.send(head('GET /silent'))
  expect(await client.response()).toMatchObject({ status: 200, body: 'no hints' })
})

test('a link carries up to 64 hints, of 8,192 octets, and none once the answer has begun', async () => {
  const heard: ResponseHeaders[] = []
  const hint = (fields: ResponseHeaders): void => void heard.push(fields)
  const joined = await ready(
    app((_method, path, _headers, options) => {
      options.hint({ 'x-a': 'x'.repeat(8_192) })
      if (path === '/many') for (let at = 0; at < 100; at++) options.hint({ 'x-a': String(at) })
      if (path !== '/late') return text('fine')
      const late = function* (): Generator<string> {
        options.hint({ 'x-a': 'late' })
        yield 'fine'
      }
      return [200, null, {}, stream(late())]
    }),
  )
  await settling(joined, call(joined, '/many', { hint }))
  expect(heard.map((fields) => fields['x-a'])).toEqual(Array.from({ length: 64 }, (_, at) => String(at)))
  heard.length = 0
  const [status] = await settling(joined, call(joined, '/late', { hint }))
  expect([status, heard]).toEqual([200, []])
})
