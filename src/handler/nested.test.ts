import { expect, test } from 'vitest'
import { z } from 'zod'
import { closeApp, living, openApp } from '../call/life.ts'
import { perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { local } from '../client/local.ts'
import type { App } from '../contract.ts'
import { mount } from '../middleware/mount.ts'
import { bodyJson, bodyText, type ResponseValue, request } from '../value/message.ts'
import { text } from '../value/result.ts'
import { resource } from './provide.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { reads, creates } = verbs({ db: resource(() => 'db') })
const Id = z.object({ id: z.number() })

const notes = service(
  {
    one: reads('/{id}', { accepts: Id, returns: z.string() }, ({ id }, { db }) => `note ${id} of ${db}`),
    list: reads('/', { returns: z.string() }, () => 'notes'),
    add: creates('/', {}, () => {}),
  },
  { prefix: '/notes' },
)
const admin = service(
  { list: reads('/', { returns: z.string() }, () => 'admin') },
  { host: 'Admin.example.com' },
)
const echo: App = (method, path, _headers, { mount }) => text(`${method} ${mount} ${path}`)
const whole = service(
  { notes, admin, home: reads('/', { returns: z.string() }, () => 'home'), '/files': echo },
  { prefix: '/v1' },
)

const ask = (method: string, target: string, host = 'localhost'): Promise<ResponseValue> =>
  perform(whole, request(method, target, { headers: { host } }))

test('the paths of a service within a service are below both prefixes', async () => {
  expect(bodyJson(await ask('GET', '/v1/notes/7'))).toBe('note 7 of db')
  expect(bodyJson(await ask('GET', '/v1/notes'))).toBe('notes')
  expect(bodyJson(await ask('GET', '/v1'))).toBe('home')
  expect((await ask('GET', '/notes/7')).status).toBe(404)
  expect((await ask('GET', '/v1/')).status).toBe(404)
  expect((await ask('DELETE', '/v1/notes')).headers['allow']).toBe('GET, POST, HEAD, OPTIONS')
})

test('what is for one host is there for that host alone, in any case and with any port', async () => {
  for (const host of ['admin.example.com', 'ADMIN.example.com:8080'])
    expect(bodyJson(await ask('GET', '/v1', host)), host).toBe('admin')
  for (const host of ['example.com', 'admin.example.com.evil.org', 'xadmin.example.com'])
    expect(bodyJson(await ask('GET', '/v1', host)), host).toBe('home')
  expect(bodyJson(await ask('GET', '/v1/notes', 'admin.example.com'))).toBe('notes')
})

test('an app beside the handlers takes what no path of theirs is', async () => {
  expect(bodyText(await ask('PUT', '/v1/files/a/b'))).toBe('PUT /v1/files /a/b')
  expect((await ask('GET', '/v1/filesx')).status).toBe(404)
  expect(bodyJson(await ask('GET', '/other'))).toMatchObject({
    code: 'route_missing',
    data: { path: '/other' },
  })
})

test('handlers are called by both names, by the service, by a client and by each other', async () => {
  expect(await whole.invoke('notes.one', { id: 1 })).toBe('note 1 of db')
  await expect(whole.invoke('one' as never, undefined as never)).rejects.toMatchObject({
    code: 'handler_unknown',
  })
  const api = local(whole, { db: 'fake' })
  expect(await api.notes.one({ id: 2 })).toBe('note 2 of fake')
  expect(await api.home()).toBe('home')
  expect(Object.keys(api)).toEqual(['notes', 'admin', 'home'])
  const outer = service({
    notes,
    asks: reads('/asks', { returns: z.string() }, (_, { invoke }) => invoke(notes.handlers.one, { id: 3 })),
  })
  expect(await outer.invoke('asks')).toBe('note 3 of db')
})

test('what is created in a service within services is below all their prefixes and mounts, as its paths are', async () => {
  const made = (prefix: string, location: '/{text}' | '/') =>
    service(
      {
        add: creates(
          '/',
          { accepts: z.object({ text: z.string() }), returns: z.object({ text: z.string() }), location },
          (one) => one,
        ),
        read: reads(
          '/{text}',
          { accepts: z.object({ text: z.string() }), returns: z.string() },
          ({ text }) => text,
        ),
      },
      { prefix },
    )
  const all = service(
    {
      letters: made('/letters', '/{text}'),
      root: made('/root', '/'),
      deep: service({ odd: made('/stücke & 日', '/{text}') }, { prefix: '/deep' }),
    },
    { prefix: '/v1' },
  )
  const outer = mount({ '/api': service({ '/inner': all, all }) })
  for (const [at, text, location] of [
    ['/api/v1/letters', 'a b', '/api/v1/letters/a%20b'],
    ['/api/inner/v1/letters', 'ü', '/api/inner/v1/letters/%C3%BC'],
    ['/api/v1/root', 'a', '/api/v1/root'],
    ['/api/v1/deep/st%C3%BCcke%20&%20%E6%97%A5', 'c', '/api/v1/deep/st%C3%BCcke%20%26%20%E6%97%A5/c'],
  ] as const) {
    const added = await perform(outer, request('POST', at, { json: { text } }))
    expect([added.status, added.headers['location']], at).toEqual([201, location])
    if (at.endsWith('/root')) continue
    expect(bodyJson(await perform(outer, request('GET', location))), location).toBe(text)
  }
})

test('the contract has every name, with whole paths and hosts', () => {
  const { handlers } = whole.contract
  expect(Object.keys(handlers)).toEqual(['notes.one', 'notes.list', 'notes.add', 'admin.list', 'home'])
  expect(handlers['notes.one']?.path).toBe('/v1/notes/{id}')
  expect(handlers['notes.list']?.path).toBe('/v1/notes')
  expect(handlers['admin.list']).toMatchObject({ host: 'admin.example.com', path: '/v1' })
})

test('what services and apps need is opened once, and closed', async () => {
  const opened: string[] = []
  const own = resource(
    () => void opened.push('open'),
    () => void opened.push('close'),
  )
  const inner = service({ list: verbs({ own }).reads('/', {}, () => {}) }, { prefix: '/inner' })
  const lively = living(echo.bind(null) as App, [], {
    open: async () => void opened.push('app'),
    close: async () => void opened.push('app closed'),
  })
  const app = service({ a: inner, b: service({ inner }, { prefix: '/b' }), '/x': lively })
  await openApp(app, serverFacts())
  await closeApp(app)
  expect(opened).toEqual(['open', 'app', 'app closed', 'close'])
})

test('what cannot be one service is refused, with its name', () => {
  const one = reads('/x', {}, () => {})
  for (const [make, message] of [
    [
      () => service({ a: notes, b: notes }),
      /Handlers "a\.one" and "b\.one": both answer GET \/notes\/\{id\}/,
    ],
    [() => service({ a: one, inner: service({ x: one }) }), /"a" and "inner\.x": both answer GET \/x/],
    [() => service({ 'a.b': one }), /Handler "a\.b": the name is faulty/],
    [() => service({ then: notes }), /the name is faulty/],
    [() => service({ files: echo }), /App "files": an app has a path prefix.*"\/files"/],
    [() => service({ '/files': {} as never }), /App at "\/files": it is no app/],
    [() => service({ a: undefined as never }), /Handler "a": it is none/],
    [() => service({ a: one }, { prefix: 'v1' }), /path "v1": it does not begin/],
    [() => service({ a: one }, { prefix: '/v1/' }), /prefix "\/v1\/" is none/],
    [() => service({ a: one }, { prefix: '/{v}' }), /prefix "\/\{v\}" is none/],
    [() => service({ a: one }, { host: 'a:80' }), /host "a:80" is none/],
    [
      () => service({ admin }, { host: 'b.org' }),
      /admin: it is for admin\.example\.com within a service for b\.org/,
    ],
    [() => service({ '/x': echo }, { host: 'b.org' }), /its service is for one host/],
    [() => service({ a: one }, { returns: 'no' as never }), /returns: "no" is unknown/],
  ] as const) {
    expect(make, String(message)).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(message) }),
    )
  }
})

test('a service that was given values is no part of another one, where they would be lost', () => {
  const faked = notes.with({ db: 'fake' })
  expect(() => service({ faked })).toThrow(/Service "faked": it was made by with.*outermost/)
  expect(() => service({ all: service({ faked }) })).toThrow(/Service "faked"/)
  service({ notes: notes.with({}) })
})

test('a host is the same with a dot at its end (RFC 1034 3.1)', async () => {
  for (const host of ['admin.example.com', 'ADMIN.example.com.', 'admin.example.com.:8080'])
    expect(bodyJson(await ask('GET', '/v1', host)), host).toBe('admin')
  for (const host of ['localhost', 'other.admin.example.com', 'admin.example.com.org'])
    expect(bodyJson(await ask('GET', '/v1', host)), host).toBe('home')
  for (const host of ['example.com.', '.', 'a..b', 'a:80', 7, null])
    expect(() => service({}, { host: host as string }), String(host)).toThrow(/is none\. Write it like/)
})

test('options of a service that are misspelled are refused, and so is what is none', () => {
  for (const [make, message] of [
    [() => service({}, { prefx: '/v1' } as never), /it has no option prefx\. Its options are prefix, host/],
    [() => service({}, { prefix: 7 as never }), /it is no text/],
    [() => service({}, { formats: ['json' as never] }), /its formats are not all formats/],
    [() => service({}, { formats: [] }), /its formats are not all formats/],
    [() => service(undefined as never), /it takes two objects/],
    [() => service([] as never), /it takes two objects/],
    [() => service({}, null as never), /it takes two objects/],
  ] as const) {
    expect(make, String(message)).toThrow(message)
  }
})
