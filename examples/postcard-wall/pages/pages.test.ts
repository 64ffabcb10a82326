import { type App, bodyText, perform, type RequestParts, type ResponseValue, request } from 'hagaki'
import { expect, test } from 'vitest'
import type { Cards } from '../cards.ts'
import { HELLO, scratchResources } from '../scratch.ts'
import { wall } from '../wall.ts'
import { pages } from './pages.ts'

async function scratchPages(): Promise<{ app: App; cards: Cards }> {
  const resources = await scratchResources()
  return { app: pages(wall.with(resources)), cards: resources.cards }
}

const get = (app: App, target: string, parts?: RequestParts): Promise<ResponseValue> =>
  perform(app, request('GET', target, parts))

function post(
  app: App,
  form: Record<string, string>,
  headers: Record<string, string> = {},
  parts?: RequestParts,
): Promise<ResponseValue> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = String(new URLSearchParams(form))
  return perform(app, request('POST', '/write', { ...parts, headers: { ...type, ...headers }, body }))
}

const count = (cards: Cards): number => cards.page(Infinity, 100).cards.length

test('a form becomes a card, and the browser is led to it', async () => {
  const { app, cards } = await scratchPages()
  const { status, headers } = await post(app, { ...HELLO, text: ' Line one\r\nline two ' })
  expect([status, headers['location']]).toEqual([303, '/#card-1'])
  expect(cards.find(1)).toMatchObject({ ...HELLO, text: 'Line one\nline two' })
  const page = bodyText(await get(app, '/'))
  expect(page).toContain('id="card-1"')
  expect(page).toContain('Line one\nline two')
})

test('a wall without cards says so, on the first page and on a later one', async () => {
  const { app } = await scratchPages()
  expect(bodyText(await get(app, '/'))).toContain('The wall is bare.')
  expect(bodyText(await get(app, '/?before=1'))).toContain('No card hangs here any more.')
})

test('whatever was written is text, in cards, fragments, forms and attributes', async () => {
  const attacks = [
    `<script>alert(1)</script>`,
    `"><img src=x onerror=x>`,
    `' autofocus onfocus='x`,
    '`${x}`',
    `</textarea><b>`,
    `&lt;b&gt;`,
  ]
  const { app, cards } = await scratchPages()
  const picture = { name: '00000000-0000-4000-8000-000000000000.png' }
  for (const text of attacks) {
    const { id } = await cards.add({
      text,
      from: text,
      to: text,
      by: text,
      picture: { ...picture, alt: text },
    })
    const escaped = text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
    const asked = [
      get(app, '/'),
      get(app, `/postcard?id=${id}`),
      post(app, { text: `${text}${'x'.repeat(280)}`, from: text, to: text }),
      post(app, { text, from: `${text}${'x'.repeat(40)}`, to: `${text}${'x'.repeat(40)}` }),
    ]
    for (const answer of await Promise.all(asked)) {
      const page = bodyText(answer)!
      expect(page).toContain(escaped)
      if (escaped !== text) expect(page).not.toContain(text)
    }
  }
})

test('a form that will not do comes back with what was typed and what is wrong', async () => {
  const { app, cards } = await scratchPages()
  const answer = await post(app, { text: 'Kept as it was', from: '  ', to: 'x'.repeat(41) })
  expect([answer.status, answer.contentType]).toEqual([422, 'text/html; charset=utf-8'])
  const page = bodyText(answer)!
  expect(page).toContain('Kept as it was</textarea>')
  expect(page).toContain(`value="${'x'.repeat(41)}"`)
  expect(page).toContain('<p class="wrong" id="to-wrong">The addressee must have at most 40 characters.</p>')
  expect(page).toContain('<p class="wrong" id="from-wrong">The sender must not be empty.</p>')
  expect(page).toMatch(/id="to" name="to" required aria-invalid="true" aria-describedby="to-wrong" autofocus/)
  expect(page).toMatch(/<title>Not posted yet/)
  expect(page).not.toContain('text-wrong')
  expect(count(cards)).toBe(0)
})

test('whoever asks for the address of the form again is led to the wall', async () => {
  const { app } = await scratchPages()
  const { status, headers } = await get(app, '/write')
  expect([status, headers['location']]).toEqual([303, '/'])
})

test('a form has its media type and at most 16 KiB', async () => {
  const { app } = await scratchPages()
  expect((await post(app, HELLO, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post(app, HELLO, { 'content-type': 'multipart/form-data' })).status).toBe(415)
  expect((await post(app, { text: 'x'.repeat(16 * 1024) })).status).toBe(413)
  expect((await post(app, { ...HELLO, text: '葉'.repeat(280) })).status).toBe(303)
  const type = 'Application/X-WWW-Form-Urlencoded; charset=utf-8'
  expect((await post(app, HELLO, { 'content-type': type })).status).toBe(303)
})

test('older cards are one link away, and only the first page is live', async () => {
  const { app, cards } = await scratchPages()
  for (let number = 0; number < 31; number++) await cards.add(HELLO)
  const first = bodyText(await get(app, '/'))!
  expect(first.match(/<li class="postcard/g)).toHaveLength(30)
  expect(first).toContain('data-live="/api/watch"')
  expect(first).toContain('<a href="/?before=2#wall-title" rel="next">')
  const second = bodyText(await get(app, '/?before=2'))!
  expect(second.match(/<li class="postcard/g)).toHaveLength(1)
  expect(second).not.toContain('data-live')
  expect(second).not.toContain('rel="next"')
  expect((await get(app, '/?before=x')).status).toBe(422)
})

test('every link leads to where the pages are mounted', async () => {
  const { app, cards } = await scratchPages()
  await cards.add(HELLO)
  const page = bodyText(await get(app, '/', { mount: '/town/wall' }))!
  const targets = [...page.matchAll(/(?:href|src|action|data-live|data-card)="([^"#][^"]*)"/g)].map(
    ([, target]) => target,
  )
  expect(targets.length).toBeGreaterThan(8)
  expect(targets.filter((target) => !target!.startsWith('/town/wall/'))).toEqual([])
  const { headers } = await post(app, HELLO, {}, { mount: '/town/wall' })
  expect(headers['location']).toBe('/town/wall/#card-2')
})

test('a page asks nothing of any other host', async () => {
  const { app, cards } = await scratchPages()
  await cards.add(HELLO)
  for (const path of [
    '/',
    '/sign-in',
    '/join',
    '/wall.css',
    '/wall.js',
    '/picture.js',
    '/mark.svg',
    '/nowhere',
  ]) {
    const text = bodyText(await get(app, path))!.replaceAll('http://www.w3.org/2000/svg', '')
    expect(text, path).not.toMatch(/(?:https?:)?\/\/\w|@import|url\((?!#)/)
  }
})

test('files have their types, HEAD is GET, and nothing else is there', async () => {
  const { app } = await scratchPages()
  const types = async (method: string, path: string): Promise<unknown[]> => {
    const { status, contentType } = await perform(app, request(method, path))
    return [status, contentType]
  }
  expect(await types('GET', '/wall.css')).toEqual([200, 'text/css; charset=utf-8'])
  expect(await types('HEAD', '/wall.js')).toEqual([200, 'text/javascript; charset=utf-8'])
  expect(await types('GET', '/mark.svg')).toEqual([200, 'image/svg+xml'])
  expect(await types('GET', '/nowhere')).toEqual([404, 'text/html; charset=utf-8'])
  expect(await types('GET', '/postcard?id=9')).toEqual([404, 'application/problem+json'])
  expect(await types('DELETE', '/')).toEqual([405, 'application/problem+json'])
  expect(await types('PUT', '/write')).toEqual([405, 'application/problem+json'])
})
