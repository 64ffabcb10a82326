/** The docs page of a service whose every text is an attack, and whose answers are. */
import { app, type Contract, mount, stream } from 'hagaki'
import { docsPage } from 'hagaki/openapi'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WAIT_MS } from '../wait.ts'
import { open, tooWide } from './browser.ts'

const HOSTILE = `<script>document.title='pwned'</script><img src=x onerror="document.title='pwned'"></style></title></textarea></script>--><svg onload=alert(1)>\`'"${'w'.repeat(200)}`

const schema = {
  type: 'object',
  description: HOSTILE,
  properties: {
    [HOSTILE]: { type: 'string', description: HOSTILE, default: HOSTILE, pattern: HOSTILE },
    __proto__: { type: 'string' },
    choice: { enum: [HOSTILE, 'b'] },
    constant: { const: HOSTILE },
    format: { type: 'string', format: HOSTILE },
    name: { $ref: `#/$defs/${encodeURIComponent(HOSTILE).replaceAll('~', '~0')}` },
  },
  required: [HOSTILE],
  $defs: { [HOSTILE]: { type: 'object', title: HOSTILE, properties: { [HOSTILE]: {} } } },
}

const base = {
  summary: HOSTILE,
  description: HOSTILE,
  deprecated: true,
  returns: schema,
  offers: ['application/json', HOSTILE],
  gives: 'data',
  guards: [HOSTILE],
  errors: { [HOSTILE]: { kind: 'missing', data: schema } },
  fresh: HOSTILE,
  location: HOSTILE,
} as const

const kinds = ['json', 'html', 'svg', 'events', 'broken', 'binary', 'fields']

const contract = {
  hagaki: 1,
  handlers: {
    ...Object.fromEntries(
      kinds.map((kind) => [kind, { ...base, verb: 'reads', path: `/answers/${kind}`, accepts: schema }]),
    ),
    [HOSTILE]: {
      ...base,
      verb: 'creates',
      path: `/${HOSTILE.replaceAll('/', '')}/{${HOSTILE.replaceAll(/[/{}]/g, '')}}`,
      accepts: schema,
      takes: { as: 'data', mediaTypes: ['application/json', HOSTILE], body: 'members' },
      limit: 9,
    },
    [`${HOSTILE}.inner`]: { ...base, verb: 'deletes', path: '/x' },
  },
  schemes: { [HOSTILE]: { type: 'apiKey', in: 'query', name: HOSTILE } },
} as unknown as Contract

const answers = app((_method, path) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><script>alert(2)</script></svg>`
  switch (path) {
    case '/json':
      return [
        200,
        'application/json',
        {},
        JSON.stringify({ [HOSTILE]: HOSTILE, list: [HOSTILE, null, -1.5e3, true] }),
      ]
    case '/html':
      return [200, 'text/html', {}, HOSTILE]
    case '/svg':
      return [200, 'image/svg+xml', {}, svg]
    case '/events':
      return [
        200,
        'text/event-stream',
        {},
        stream([`event: ${HOSTILE}\ndata: ${HOSTILE}\n\nevent: failure\ndata: {}\n\n`]),
      ]
    case '/broken':
      return [200, 'application/json', {}, HOSTILE]
    case '/binary':
      return [200, 'application/x-thing', {}, HOSTILE]
    default:
      return [200, 'text/plain', { 'x-hostile': HOSTILE }, HOSTILE]
  }
})

/** Opens what is folded, and what that brings. Runs in the page. */
async function openAll(): Promise<void> {
  for (let depth = 0; depth < 4; depth++) {
    for (const details of document.querySelectorAll<HTMLDetailsElement>('main details')) details.open = true
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
}

let running: Running
beforeAll(async () => {
  const page = docsPage({
    of: { contract },
    title: HOSTILE,
    version: HOSTILE,
    description: HOSTILE,
    servers: ['/', { url: `/${HOSTILE}`, description: HOSTILE }, 'javascript:alert(1)'],
  })
  running = await serve(mount({ '/docs': page, '/answers': answers }), { port: 0 })
})
afterAll(() => running?.close({ now: true }))

// What opens the page sees to it that nothing was thrown, shown in a dialog or refused by its policy.
test('texts of a document are text, on every page of it', async () => {
  const page = await open(`${running.url}/docs`, { viewport: { width: 360, height: 700 } })
  for (const id of ['', ...Object.keys(contract.handlers)]) {
    await page.goto(`${running.url}/docs#${encodeURIComponent(id)}`)
    await page.evaluate(openAll)
    expect(await page.title()).toContain('<script>')
    expect(await page.locator('main').innerText()).toContain("<script>document.title='pwned'</script>")
    expect(await page.locator('script').count(), 'the data, and ours').toBe(2)
    expect(await page.locator('main img, main svg, main script, iframe').count()).toBe(0)
    expect(await tooWide(page), id).toEqual([])
  }
})

test('answers are text, pictures that run nothing, or files', async () => {
  const page = await open(`${running.url}/docs`)
  const text = page.locator('.answer')
  const shows: Record<string, string> = {
    broken: 'This is no JSON.',
    binary: 'of application/x-thing',
    events: '2 items, and the stream has ended.',
  }
  for (const kind of kinds) {
    await page.goto(`${running.url}/docs#${kind}`)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('200 OK', { exact: true }).waitFor()
    await text.locator('.body > *').first().waitFor()
    if (kind === 'svg') {
      await text.locator('img').waitFor()
    } else {
      const expected = shows[kind] ?? "document.title='pwned'"
      await expect.poll(() => text.innerText(), { timeout: WAIT_MS }).toContain(expected)
    }
    expect(await text.locator('script, svg, iframe').count(), kind).toBe(0)
    expect(await page.title()).toContain('<script>')
  }
})
