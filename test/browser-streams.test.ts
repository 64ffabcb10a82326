/**
 * Streams in a real browser: its own EventSource, and the client, over a server that goes and comes back.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { app, html, mount, service } from 'hagaki'
import { clientContract } from 'hagaki/client'
import { type Running, serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { launchChromium } from './chromium.ts'
import { aborted } from './server/promised.ts'

const seen: (string | null)[] = []
const streams = service({
  // Two items each time, and then it goes on until somebody ends it.
  feed: stream.reads(
    '/feed',
    {
      gives: stream.items(z.string(), {
        id: (text) => text.split('\n')[0]!,
        retryMs: 50,
        heartbeatMs: 10_000,
      }),
    },
    async function* (_, { resume, signal }) {
      seen.push(resume)
      const from = Number(resume?.slice(1) ?? 0) + 1
      for (let n = from; n < from + 2; n++) yield `é${n}\nevent: failure\r\rdata: {}`
      throw await aborted(signal)
    },
  ),
  size: stream.acts(
    '/size',
    { takes: stream.bytes(), limit: '1gb', returns: z.number() },
    async ({ body }) => {
      let octets = 0
      for await (const piece of body) octets += piece.byteLength
      return octets
    },
  ),
  sum: stream.acts(
    '/sum',
    { takes: stream.items(z.number()), limit: '1mb', returns: z.number() },
    async ({ body }) => {
      let sum = 0
      for await (const n of body) sum += n
      return sum
    },
  ),
  form: stream.acts('/form', { takes: stream.parts(), limit: '1gb', returns: z.any() }, async ({ body }) => {
    const got: unknown[] = []
    for await (const part of body)
      got.push([part.name, part.filename, part.mediaType, (await part.bytes(1e7)).byteLength])
    return got
  }),
  bytes: stream.reads('/bytes', { gives: stream.bytes('image/png') }, async function* () {
    for (let at = 0; at < 4; at++) yield new Uint8Array(100_000)
  }),
})

const PAGE = `
import { client, http } from 'hagaki/client'
globalThis.api = client(${JSON.stringify(clientContract(streams.contract))}, http('/api'))
document.title = 'ready'
`

const site = async (): Promise<ReturnType<typeof mount>> => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['hagaki-source'],
    logLevel: 'silent',
  })
  const script = outputFiles[0]!.text
  const page = app((_, path) =>
    path === '/page.js'
      ? [200, 'text/javascript', {}, script]
      : html('<!doctype html><title>waiting</title><script type="module" src="/page.js"></script>'),
  )
  return mount({ '/api': streams, '/': page })
}

let served: ReturnType<typeof mount>
let running: Running
let browser: Browser
let page: Page
beforeAll(async () => {
  served = await site()
  running = await serve(served, { port: 0 })
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(running.url)
  await page.waitForFunction(() => document.title === 'ready')
})
afterAll(async () => {
  await browser?.close()
  await running?.close({ now: true })
})

/** Stops the server, in order or at once, and starts it where it was. */
async function restart(now: boolean): Promise<void> {
  const { port } = running
  await running.close({ now })
  running = await serve(served, { port })
}

/** Waits in the page until an expression holds. */
const until = (expression: string): Promise<unknown> => page.waitForFunction(expression)

for (const [what, begin] of [
  [
    'an EventSource',
    `globalThis.got = []
     const source = new EventSource('/api/feed')
     source.onmessage = ({ data, lastEventId }) => got.push([lastEventId, JSON.parse(data)])
     source.addEventListener('failure', () => {})
     globalThis.leave = () => source.close()`,
  ],
  [
    'the client',
    `globalThis.got = []
     const leaving = new AbortController()
     globalThis.leave = () => leaving.abort('enough')
     globalThis.reading = (async () => {
       for await (const text of api.feed(undefined, { signal: leaving.signal })) got.push([text.split('\\n')[0], text])
     })().catch(() => {})
     undefined // what is evaluated is not waited for`,
  ],
] as const) {
  test(`${what} goes on behind the last item, when the server was stopped and when it was lost`, async () => {
    seen.length = 0
    await page.evaluate(begin)
    await until('got.length >= 2')
    await restart(false)
    await until('got.length >= 4')
    await restart(true)
    await until('got.length >= 6')
    const got = (await page.evaluate('leave(), got')) as [string, string][]
    const expected = [1, 2, 3, 4, 5, 6].map((n) => [`é${n}`, `é${n}\nevent: failure\r\rdata: {}`])
    expect(got).toEqual(expected)
    expect(seen).toEqual([null, 'é2', 'é4'])
  })
}

test('files and forms of files are sent as they are, and items as lines', async () => {
  expect(await page.evaluate('api.size({ body: new Blob([new Uint8Array(3_000_000)]) })')).toBe(3_000_000)
  expect(await page.evaluate('api.sum({ body: [1, 2, 3] })')).toBe(6)
  const form = `(() => {
    const form = new FormData()
    form.append('a "b"', 'text')
    form.append('f', new File([new Uint8Array(2_000_000)], 'ü "x".bin', { type: 'image/png' }))
    return api.form({ body: form })
  })()`
  expect(await page.evaluate(form)).toEqual([
    ['a "b"', null, null, 4],
    ['f', 'ü "x".bin', 'image/png', 2_000_000],
  ])
  // The browser's own form, as well.
  const own = `(async () => {
    const form = new FormData()
    form.append('f', new File(['abc'], 'a "b".txt', { type: 'text/plain' }))
    return (await fetch('/api/form', { method: 'POST', body: form })).json()
  })()`
  expect(await page.evaluate(own)).toEqual([['f', 'a %22b%22.txt', 'text/plain', 3]])
})

test('bytes are given as they come', async () => {
  const size = `(async () => {
    let octets = 0
    for await (const piece of api.bytes()) octets += piece.byteLength
    return octets
  })()`
  expect(await page.evaluate(size)).toBe(400_000)
})

test('what the browser cannot send as it comes is refused, and says what to give instead', async () => {
  const sent = `(async () => {
    let left = false
    const pieces = (async function* () {
      try { for (;;) yield new Uint8Array(10) } finally { left = true }
    })()
    return api.size({ body: pieces }).then(() => 'sent', ({ code, message }) => [code, message])
  })()`
  expect(await page.evaluate(sent)).toEqual(['setup_faulty', expect.stringMatching(/HTTP\/2.*Give a Blob/)])
})
