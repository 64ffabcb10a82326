/**
 * The page of `showErrors` in a real browser, its positions under a loader of TypeScript, and its curl
 * command in a real shell.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { use } from 'hagaki'
import { showErrors } from 'hagaki/middleware'
import { toNode } from 'hagaki/server'
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Fault } from '../../src/fault.ts'
import { launchChromium } from '../chromium.ts'
import { lowContrast } from '../contrast.ts'
import { runProgram } from '../process.ts'

const HOSTILE = `<script>document.title='pwned'</script><img src=x onerror="document.title='pwned'"></style></title></pre>--><svg onload=alert(1)>`

interface Head {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}
let heads: Head[] = []

const app = use(
  (_method, path) => {
    if (path === '/fault') throw new Fault('setup_faulty', { what: 'db', reason: HOSTILE, fix: HOSTILE })
    if (path === '/plain') throw HOSTILE
    if (path === '/frame') throw new SyntaxError('\nCannot read a.html\n\n> 1 | {{ a }\n    |     ^\n')
    if (path === '/data') throw new Error(JSON.stringify([{ path: ['text'] }], null, 2))
    if (path === '/long') throw new Error('word '.repeat(400))
    const cause = Object.assign(new TypeError(HOSTILE), { member: HOSTILE, name: HOSTILE, code: HOSTILE })
    throw new Error(`Cannot read note 7\n${HOSTILE}`, { cause })
  },
  showErrors({ root: import.meta.dirname }),
)

let browser: Browser
let http: Server
let url: string
beforeAll(async () => {
  const listener = toNode(app, { environment: 'development' })
  http = createServer((req, res) => {
    heads.push({ method: req.method!, url: req.url!, headers: req.headers })
    listener(req, res)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  http?.closeAllConnections()
  await new Promise((resolve) => (http === undefined ? resolve(null) : http.close(resolve)))
})

async function open(path: string, how: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...how })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.addInitScript(() => {
    const found: string[] = []
    Object.assign(globalThis, { violations: found })
    document.addEventListener('securitypolicyviolation', (event) => found.push(event.violatedDirective))
  })
  await page.goto(url + path)
  return page
}

test('hostile messages, causes, fixes, paths and fields are text and run nothing', async () => {
  for (const path of ['/', '/fault', '/plain', `/%3Cscript%3E?a=${encodeURIComponent(HOSTILE)}&<b>`]) {
    const page = await open(path, { extraHTTPHeaders: { 'x-hostile': HOSTILE } })
    page.on('dialog', (dialog) => expect.fail(dialog.message()))
    expect(await page.title()).toMatch(/^500 /)
    expect(await page.locator('script, style, img, iframe, link, object').count()).toBe(2)
    expect(await page.locator('main').innerText()).toContain(HOSTILE)
    expect(await page.evaluate(() => (globalThis as { violations?: string[] }).violations)).toEqual([])
  }
})

test('a line is a heading, and what follows it, data and long texts keep their shape', async () => {
  const cases = [
    ['/', 'Cannot read note 7', HOSTILE],
    ['/frame', 'Cannot read a.html', '> 1 | {{ a }\n    |     ^'],
  ] as const
  for (const [path, heading, rest] of cases) {
    const page = await open(path)
    expect(await page.locator('h1').innerText()).toBe(heading)
    expect((await page.locator('h1 + pre').innerText()).trim()).toBe(rest)
  }
  for (const [path, text] of [
    ['/data', '[\n  {\n    "path": [\n      "text"\n    ]\n  }\n]'],
    ['/long', 'word '.repeat(400).trim()],
  ] as const) {
    const page = await open(path)
    const h1 = page.locator('h1')
    expect((await h1.innerText()).trim()).toBe(text)
    expect(await h1.evaluate((element) => getComputedStyle(element).fontSize)).toBe('14px')
    expect(await page.locator('h1 + pre').count()).toBe(0)
  }
})

test('nothing is loaded besides the page', async () => {
  heads = []
  const page = await open('/')
  await page.waitForLoadState('networkidle')
  expect(heads.map((head) => head.url).filter((one) => one !== '/favicon.ico')).toEqual(['/'])
})

test('it is light or dark as the reader wants it, and legible in both (WCAG 2.2, 1.4.3)', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await open('/', { colorScheme })
    const poor = await page.evaluate(lowContrast)
    expect(poor, colorScheme).toEqual([])
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(background).toBe(colorScheme === 'light' ? 'rgb(250, 248, 243)' : 'rgb(21, 23, 27)')
  }
})

test('a phone shows it without scrolling sideways, with long words too (WCAG 2.2, 1.4.10)', async () => {
  for (const width of [320, 390, 768]) {
    const page = await open(`/${'x'.repeat(300)}?${'y'.repeat(300)}`, {
      viewport: { width, height: 700 },
      extraHTTPHeaders: { [`x-${'n'.repeat(100)}`]: 'z'.repeat(500) },
    })
    expect(await page.evaluate(() => document.documentElement.scrollWidth), String(width)).toBe(width)
  }
})

test('frames open and close by keyboard', async () => {
  const page = await open('/')
  const frame = page.locator('details.frame').first()
  expect(await frame.getAttribute('open')).not.toBeNull()
  await frame.locator('summary').focus()
  await page.keyboard.press('Enter')
  expect(await frame.getAttribute('open')).toBeNull()
})

test('the copied command sends the same request again', async () => {
  const fields = { 'x-quote': `it's "$HOME" \`id\` \\n !!`, 'x-empty': '', cookie: 'sid=s3cret' }
  heads = []
  const page = await open(`/a[1]{2}/b?q='$(id)'&token=s3cret`, {
    extraHTTPHeaders: fields,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await page.getByRole('button', { name: 'Copy as curl' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const command = await page.evaluate(() => navigator.clipboard.readText())
  expect(command).not.toContain('s3cret')

  const [first] = heads
  const again = await sentBy(command, import.meta.dirname)
  const { 'accept-encoding': _, connection: __, ...sent } = first!.headers
  expect(again.url).toBe(first!.url.replace('s3cret', 'HIDDEN'))
  expect(again.headers).toEqual({ ...sent, cookie: 'HIDDEN' })
})

test('the command adds nothing of its own, and a body does not make GET another method', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'body'), 'abc')
  const page = await open('/')
  for (const method of ['GET', 'POST', 'DELETE']) {
    heads = []
    const asking = request(`${url}/a`, {
      method,
      agent: false,
      headers: { accept: 'text/html', 'content-length': 3 },
    })
    asking.end('abc')
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    await page.setContent(await text(answer))
    expect(await page.locator('.hint').innerText()).toMatch(/file named body/)
    const [first] = heads
    const again = await sentBy((await page.locator('#curl').textContent())!, folder)
    expect({ ...again, headers: { ...again.headers, connection: 'close' } }).toEqual({
      ...first,
      headers: { ...first!.headers, connection: 'close' },
    })
  }
})

test('where there is no clipboard, the buttons still copy', async () => {
  const page = await open('/', { permissions: ['clipboard-read'] })
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
    document.addEventListener('copy', () => Object.assign(globalThis, { taken: getSelection()?.toString() }))
  })
  await page.getByRole('button', { name: 'Copy error as text' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const taken = await page.evaluate(() => (globalThis as { taken?: string }).taken)
  expect(taken).toMatch(/^Error: Cannot read note 7/)
})

test('without script the page is whole, and has no dead buttons', async () => {
  const page = await open('/', { javaScriptEnabled: false })
  expect(await page.getByRole('button').count()).toBe(0)
  expect(await page.locator('#curl').innerText()).toMatch(/^curl /)
})

test('positions are those of the TypeScript that was written', async () => {
  const path = fileURLToPath(new URL('./show-errors/failing.ts', import.meta.url))
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('// here it fails'))
  const args = ['--conditions=hagaki-source', '--import', 'tsx', path]
  const place = { cwd: fileURLToPath(new URL('../..', import.meta.url)), env: process.env }
  const { stdout, stderr } = await runProgram(process.execPath, args, place)
  expect(stderr).toBe('')
  const problem = JSON.parse(stdout) as { error: { frames: string[] } }
  expect(problem.error.frames[0]).toBe(`read (failing.ts:${line + 1}:15)`)
})

/** The request that a command sends from a real shell. */
async function sentBy(command: string, cwd: string): Promise<Head> {
  heads = []
  const place = { cwd, env: { PATH: process.env['PATH'] } }
  const args = ['--norc', '-c', `${command} --silent --output /dev/null`]
  const { code, stderr } = await runProgram('bash', args, place)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return heads[0]!
}
