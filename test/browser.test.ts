/**
 * The portable entries in a real browser: bundled with nothing of Node, and working there.
 */
import { fileURLToPath } from 'node:url'
import { type BuildResult, build } from 'esbuild'
import { app, html, mount, service, verbs } from 'hagaki'
import { type Running, serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { overWebSocket } from 'hagaki/websocket'
import { type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { launchChromium } from './chromium.ts'

const { reads, creates } = verbs({})
const Note = z.object({ id: z.number(), text: z.string() })
const notes = service({
  read: reads('/notes/{id}', { accepts: z.object({ id: z.number() }), returns: Note }, ({ id }) => ({
    id,
    text: `note ${id}`,
  })),
  add: creates('/notes', { accepts: z.object({ text: z.string().min(1) }), returns: Note }, ({ text }) => ({
    id: 1,
    text,
  })),
  count: stream.reads('/count', { gives: stream.items(z.number()) }, async function* () {
    yield* [1, 2, 3]
  }),
})

/** What the page does; its result is what the test looks at. */
const PAGE = `
import { client, http } from 'hagaki/client'
import { webSocket } from 'hagaki/websocket'
const contract = ${JSON.stringify(notes.contract)}
const { hash } = location
const socket = webSocket('/ws')
const api = client(contract, hash === '#socket' ? socket : http('/api'))
const seen = { read: await api.read({ id: 7 }), added: await api.add({ text: 'ü' }), counted: [], refused: null }
for await (const number of api.count()) seen.counted.push(number)
await api.add({ text: '' }).catch((error) => { seen.refused = [error.code, error.detail.status, error.detail.code] })
if (hash === '#socket') {
  seen.named = await socket.invoke('add', { text: 'by name' })
  const theirs = new WebSocket('ws://localhost:' + location.port + '/ws', ['hagaki.frames.1'])
  seen.stranger = await new Promise((resolve) => {
    theirs.onopen = () => resolve('let in')
    theirs.onerror = () => resolve('refused')
  })
}
document.title = JSON.stringify(seen)
`

/** Bundles for a browser. Fails, naming the import, when anything of Node is in it. */
function bundle(contents: string): Promise<BuildResult<{ write: false }>> {
  const resolveDir = fileURLToPath(new URL('.', import.meta.url))
  return build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['hagaki-source'],
    logLevel: 'silent',
  })
}

let running: Running
let browser: Browser
beforeAll(async () => {
  const script = (await bundle(PAGE)).outputFiles[0]!.text
  const page = app((_, path) =>
    path === '/page.js'
      ? [200, 'text/javascript', {}, script]
      : html('<!doctype html><title>waiting</title><script type="module" src="/page.js"></script>'),
  )
  running = await serve(mount({ '/api': notes, '/ws': overWebSocket(notes), '/': page }), { port: 0 })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await running?.close({ now: true })
})

test('the client calls, streams and is refused in a browser as it is on Node', async () => {
  const page = await browser.newPage()
  await page.goto(running.url)
  await page.waitForFunction(() => document.title !== 'waiting')
  expect(JSON.parse(await page.title())).toEqual({
    read: { id: 7, text: 'note 7' },
    added: { id: 1, text: 'ü' },
    counted: [1, 2, 3],
    refused: ['call_answered', 422, 'input_invalid'],
  })
})

test('over a WebSocket it is the same, by name as well, and the pages of others are not let in', async () => {
  const page = await browser.newPage()
  await page.goto(`${running.url}#socket`)
  await page.waitForFunction(() => document.title !== 'waiting')
  expect(JSON.parse(await page.title())).toEqual({
    read: { id: 7, text: 'note 7' },
    added: { id: 1, text: 'ü' },
    counted: [1, 2, 3],
    refused: ['call_answered', 422, 'input_invalid'],
    named: { id: 1, text: 'by name' },
    stranger: 'refused',
  })
})

test('the portable entries bundle for a browser, and those that need Node do not', async () => {
  for (const entry of [
    'hagaki',
    'hagaki/client',
    'hagaki/stream',
    'hagaki/openapi',
    'hagaki/changes',
    'hagaki/lint',
    'hagaki/formats',
    'hagaki/schema',
    'hagaki/websocket',
  ]) {
    await expect(bundle(`export * from '${entry}'`), entry).resolves.toMatchObject({ errors: [] })
  }
  await expect(bundle(`export * from 'hagaki/server'`)).rejects.toThrow(/node:/)
})
