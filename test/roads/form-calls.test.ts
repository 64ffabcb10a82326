/** Forms with files, sent to the same service in TypeScript, Python and Ruby: good ones, and those that nobody should send. */
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { type App, bodyJson, perform, type RequestValue, remote, request, silentLog } from 'hagaki'
import { type Client, client, http } from 'hagaki/client'
import { python } from 'hagaki/python'
import { ruby } from 'hagaki/ruby'
import { serve } from 'hagaki/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { python as interpreter, ruby as rubyPath } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import forms from './form-calls/forms-service.ts'

const HERE = new URL('form-calls/', import.meta.url)

const inPython = (module: string) => (): App =>
  remote(python(module, { cwd: HERE, python: interpreter(), reload: false }))
const ELSEWHERE: Readonly<Record<string, () => App>> = {
  Python: inPython('forms_service'),
  'Python, async': inPython('forms_async'),
  Ruby: () => remote(ruby('forms_service.rb', { cwd: HERE, ruby: rubyPath(), reload: false })),
}

interface Sent {
  readonly name: string
  readonly content: string | Uint8Array
  readonly filename?: string
  readonly type?: string
}

/** A body as browsers write it. */
function written(parts: readonly Sent[], end = '--xx--\r\n'): Buffer {
  const pieces = parts.flatMap(({ name, content, filename, type }) => [
    `--xx\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
    `${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`,
    content,
    '\r\n',
  ])
  return Buffer.concat([...pieces, end].map((piece) => Buffer.from(piece as string)))
}

const FORM = { 'content-type': 'multipart/form-data; boundary=xx' }
const form = (path: string, parts: readonly Sent[], end?: string): RequestValue =>
  request('POST', path, { headers: FORM, body: written(parts, end) })

const title = { name: 'title', content: 'Kyoto' }
const photo = { name: 'photo', filename: 'gate.jpg', type: 'image/jpeg', content: 'GATE and more' }
const more = (size: number): Sent => ({ name: 'more', filename: 'm.txt', content: 'm'.repeat(size) })

const FORMS: Readonly<Record<string, RequestValue>> = {
  'texts and files': form('/albums', [title, photo, more(3), more(4), { name: 'year', content: '1999' }]),
  'in another order': form('/albums', [more(3), photo, { name: 'year', content: '1999' }, title]),
  'a name that is a path, and no type': form('/albums', [
    title,
    { name: 'photo', filename: '../../x', content: '' },
  ]),
  'a file of octets': form('/albums', [title, { ...photo, content: Uint8Array.of(0, 255, 10, 13) }]),
  'a file that was not chosen': form('/albums', [title, { name: 'photo', filename: '', content: '' }]),
  'no file': form('/albums', [title]),
  'a text where a file is': form('/albums', [title, { name: 'photo', content: 'gate' }]),
  'a file where a text is': form('/albums', [photo, { ...title, filename: 't.txt' }]),
  'one file twice': form('/albums', [title, photo, photo]),
  'a text in a list of files': form('/albums', [title, photo, more(1), { name: 'more', content: 'x' }]),
  'a file that is too large': form('/albums', [title, { ...photo, content: 'x'.repeat(1_025) }]),
  'files that are too large together': form('/albums', [
    title,
    { ...photo, content: 'x'.repeat(1_000) },
    more(1_000),
    more(100),
  ]),
  'too many files': form('/albums', [title, photo, more(1), more(1), more(1)]),
  'too many parts': form(
    '/albums',
    Array.from({ length: 7 }, () => title),
  ),
  'a body beyond the limit': form('/albums', [title, photo, { name: 'year', content: '1'.repeat(5_000) }]),
  'a body that ends early': form('/albums', [title, photo], ''),
  'something behind its end': form('/albums', [title, photo], '--xx--\r\nmore'),
  'no boundary': request('POST', '/albums', {
    headers: { 'content-type': 'multipart/form-data' },
    body: 'x',
  }),
  'a part named __proto__': form('/albums', [title, photo, { name: '__proto__', content: 'x' }]),
  'JSON, which has no files': request('POST', '/albums', { json: { title: 'Kyoto', photo: 'gate' } }),
  'a form that is one value': form('/rated/7', [photo]),
  'one with a member of the path': form('/rated/7', [{ name: 'id', content: '8' }]),
  'parts as they come': form('/uploads', [
    { ...title, name: 'a' },
    { ...photo, name: 'b' },
    { name: 'c', content: '' },
  ]),
  'parts in another order': form('/uploads', [
    { ...photo, name: 'b' },
    { ...title, name: 'a' },
  ]),
  'a part that nobody reads': form('/uploads', [
    { ...photo, name: 'passed' },
    { ...title, name: 'a' },
  ]),
  'no parts at all': form('/uploads', []),
  'the same part twice': form('/uploads', [title, title]),
  'a file for memory, and one for a file': form('/uploads', [
    { ...photo, content: 'x'.repeat(65_536) },
    { ...photo, content: 'y'.repeat(300_000) },
  ]),
  'a text that is longer than its function takes': form('/uploads', [
    { name: 'a', content: 'x'.repeat(101) },
  ]),
  'a text that is no UTF-8': form('/uploads', [{ name: 'a', content: Uint8Array.of(255) }]),
  'a file that is larger than its function takes': form('/uploads', [
    { ...photo, content: 'x'.repeat(5_300_000) },
  ]),
  'a part that is larger than a part may be': form('/uploads', [
    { ...photo, name: 'passed', content: 'x'.repeat(6_300_000) },
  ]),
  'more parts than there may be': form('/uploads', [title, title, title, title, title]),
  'parts that end early': form('/uploads', [title, { ...photo, content: 'x'.repeat(100_000) }], ''),
  'parts with a faulty head': request('POST', '/uploads', {
    headers: FORM,
    body: '--xx\r\nfaulty\r\n\r\nx\r\n--xx--\r\n',
  }),
  'parts of no form': request('POST', '/uploads', { json: {} }),
}

test.each(Object.entries(ELSEWHERE))('every form is answered in %s as in TypeScript', async (_, app) => {
  const [here, there] = [forms, await open(app())]
  for (const [name, sent] of Object.entries(FORMS)) {
    expect(await seen(there, sent), name).toEqual(await seen(here, sent))
  }
})

test('and in TypeScript as it should be', async () => {
  expect(await seen(forms, FORMS['texts and files']!)).toMatchObject({
    status: 201,
    answer: {
      title: 'Kyoto',
      year: 1999,
      photo: { name: 'gate.jpg', type: 'image/jpeg', size: 13, first: 'GATE' },
    },
  })
  const statuses = new Map<string, number>()
  for (const [name, sent] of Object.entries(FORMS)) statuses.set(name, (await seen(forms, sent)).status)
  const refused = [...statuses].filter(([, status]) => status >= 400)
  expect(Object.fromEntries(refused)).toMatchObject({
    'one file twice': 422,
    'a file that is too large': 413,
    'too many parts': 413,
    'a body that ends early': 400,
    'a text that is longer than its function takes': 413,
    'a text that is no UTF-8': 400,
    'a part that is larger than a part may be': 413,
    'parts that end early': 400,
  })
})

describe.each(Object.entries(ELSEWHERE))('in %s', (_, app) => {
  test('what was spooled is gone with its call', async () => {
    const there = await open(app())
    const { answer } = await seen(there, form('/gone', [{ ...photo, content: 'x'.repeat(1_000) }]))
    const { path, ...rest } = answer as { readonly path: string }
    expect(rest).toEqual({ read: 1_000, was: true })
    while (existsSync(path)) await perform(there, request('POST', '/ends'))
  })

  test('a part is read before the next one is asked for', async () => {
    const there = await open(app())
    expect(await seen(there, form('/late', [title, title]))).toMatchObject({ status: 500 })
  })

  test('a client that goes away within a part ends the loop over them', async () => {
    const running = await serve(app(), { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const ends = async (): Promise<unknown> => (await fetch(`${running.url}/ends`, { method: 'POST' })).json()
    expect(await ends()).toBe(0)
    const { hostname, port } = new URL(running.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST /left HTTP/1.1\r\nhost: a\r\ncontent-type: ${FORM['content-type']}\r\ncontent-length: 9000000\r\n\r\n`,
    )
    socket.write(written([{ ...photo, content: 'x'.repeat(500_000) }], ''), () => socket.destroy())
    while ((await ends()) === 0);
    expect(await ends()).toBe(1)
  })

  test('the typed client sends forms, and a large one flows through', async () => {
    const running = await serve(app(), { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const api: Client<typeof forms> = client<typeof forms>(forms.contract, http(running.url))
    const file = new File(['abcd'], 'é.txt', { type: 'text/plain' })
    const said = { name: 'é.txt', type: 'text/plain', size: 4, first: 'abcd' }
    expect(await api.add({ title: 'a', photo: file, more: [file] })).toMatchObject({
      photo: said,
      more: [said],
    })
    const large = new FormData()
    large.append('large', new File([new Uint8Array(5_000_000)], 'large'))
    expect(await api.upload({ body: large })).toMatchObject([
      ['large', 'large', null, 5_000_000, expect.any(String)],
    ])
  })
})

async function open(app: App): Promise<App> {
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return app
}

/** An answer, but for the words of issues, which are those of a schema library. */
async function seen(
  app: App,
  sent: RequestValue,
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const answer = await perform(app, sent, { log: silentLog })
  const told = answer.body === null ? null : (bodyJson(answer) as Record<string, unknown>)
  if (told?.['code'] !== 'input_invalid') return { status: answer.status, answer: told }
  const { issues } = told['data'] as { readonly issues: readonly { readonly pointer: string }[] }
  return { status: answer.status, answer: issues.map(({ pointer }) => pointer) }
}
