/** A page in React on the typed client, in a real browser: bundled in pieces, as its users bundle theirs. */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { app, html, json, mount } from 'hagaki'
import { clientContract } from 'hagaki/client'
import { type Running, serve } from 'hagaki/server'
import { type Browser, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { WAIT_MS } from '../wait.ts'
import { board } from './page/board.ts'

/** The page's scripts by name: what is imported later is a file of its own. */
async function scripts(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page/page.tsx', import.meta.url))],
    bundle: true,
    splitting: true,
    write: false,
    minify: true,
    outdir: '/',
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    conditions: ['hagaki-source'],
    logLevel: 'silent',
  })
  return new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]))
}

const told: string[] = []
const { app: service, watching } = board((what) => told.push(what))
let running: Running
let browser: Browser
let page: Page
const asked: string[] = []
const complaints: string[] = []

beforeAll(async () => {
  const files = await scripts()
  const shell =
    '<!doctype html><title>Board</title><div id="root"></div><script type="module" src="/page.js"></script>'
  const pages = app((_, path) => {
    if (path === '/contract.json') return json(clientContract(service.contract))
    const script = files.get(path)
    return script === undefined ? html(shell) : [200, 'text/javascript', {}, script]
  })
  running = await serve(mount({ '/api': service, '/': pages }), { port: 0 })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await running?.close({ now: true })
})

beforeEach(async () => {
  page = await browser.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(running.url)
  await page.locator('#notes li').first().waitFor()
})
afterEach(async () => {
  await page.close()
  expect(complaints.splice(0)).toEqual([])
  asked.length = 0
})

const texts = (): Promise<string[]> => page.locator('#notes li').allInnerTexts()
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

test('it lists and adds, and its cache is renewed by keys', async () => {
  expect(await texts()).toEqual(['first Remove first'])
  await page.getByLabel('Text').fill('zweite ü')
  await press('Add')
  await page.getByText('zweite ü', { exact: false }).first().waitFor()
  expect(await texts()).toEqual(['first Remove first', 'zweite ü Remove zweite ü'])
})

test('what the service refuses is shown at its member, and a failure with its data', async () => {
  await page.getByLabel('Text').fill('')
  await press('Add')
  expect(await page.locator('#issue').innerText()).toBe('/text: say something')
  // Somebody else was faster.
  await fetch(`${running.url}/api/notes/1`, { method: 'DELETE' })
  await press('Remove first')
  await page.getByText('Note 1 is gone').waitFor()
})

test('a call that is cancelled ends in the browser, and in the handler', async () => {
  await press('Wait')
  await vi.waitFor(() => expect(told).toEqual(['called']), WAIT_MS)
  await press('Cancel')
  await page.getByText('changed my mind').waitFor()
  await vi.waitFor(() => expect(told).toEqual(['called', 'cancelled']), WAIT_MS)
})

test('a file is uploaded, and the page is told how much of it is gone', async () => {
  const picture = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.alloc(6_000_000) }
  await page.getByLabel('Picture').setInputFiles(picture)
  await page.locator('#drawn', { hasText: '6000000' }).waitFor()
  const steps = JSON.parse(await page.locator('#steps').innerText()) as { sent: number; total: number }[]
  expect(steps.at(-1)).toEqual({ sent: 6_000_000, total: 6_000_000 })
  expect(steps.map(({ sent }) => sent)).toEqual(steps.map(({ sent }) => sent).sort((a, b) => a - b))
})

test('a file of another type is refused, with what the service reads', async () => {
  const page1 = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }
  await page.getByLabel('Picture').setInputFiles(page1)
  await page.locator('#refused', { hasText: '415 media_type_unsupported' }).waitFor()
})

test('it follows a stream, and leaves it', async () => {
  await vi.waitFor(() => expect(watching.size).toBe(1), WAIT_MS)
  for (const text of ['one', 'two']) {
    await page.getByLabel('Text').fill(text)
    await press('Add')
    await page.locator('#feed', { hasText: text }).waitFor()
  }
  expect(await page.locator('#feed').innerText()).toBe('one two')
  await press('Leave')
  await page.locator('#feed', { hasText: '(enough)' }).waitFor()
  await vi.waitFor(() => expect(watching.size).toBe(0), WAIT_MS)
})

test('what streams, and what is beyond JSON, is loaded when it is called for', async () => {
  await vi.waitFor(() => expect(asked.some((path) => path.startsWith('/streams-'))).toBe(true), WAIT_MS)
  expect(asked.filter((path) => path.startsWith('/beyond-json-'))).toEqual([])
  const picture = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('a') }
  await page.getByLabel('Picture').setInputFiles(picture)
  await vi.waitFor(() => expect(asked.some((path) => path.startsWith('/beyond-json-'))).toBe(true), WAIT_MS)
})
