/** Servers behind that are replaced while calls come, and nginx as one of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Result, text } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { type Running, serve } from '../../src/server/serve.ts'
import { Nginx } from '../deploying/nginx.ts'
import { Logbook, start } from '../server/kinds.ts'
import { ask, gateway, get } from './raw-upstream.ts'

const head = (method: string): string => `${method} / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n`

const IDEMPOTENT = ['GET', 'PUT', 'DELETE', 'GET', 'OPTIONS']

test.each([
  ['calls that may be made again, on connections that are kept', {}, IDEMPOTENT],
  ['calls of any kind, each on a connection of its own', { idle: 0 }, ['POST', ...IDEMPOTENT, 'PATCH']],
] as const)(
  'none is lost while two servers behind are replaced in turn: %s',
  async (_name, options, methods) => {
    const app = async (): Promise<Result> => {
      await new Promise((resolve) => setTimeout(resolve, 3))
      return text('fine')
    }
    const boot = (port: number): Promise<Running> => serve(app, { port, log: new Logbook() })
    const behind = [await boot(0), await boot(0)]
    onTestFinished(async () => {
      for (const one of behind) await one.close({ now: true })
    })
    const urls = behind.map(({ port }) => `http://127.0.0.1:${port}`)
    const { port } = await gateway('http1', urls, options)
    let stop = false
    const answers = new Map<string, number>()
    const calling = methods.map(async (method) => {
      while (!stop) {
        const { status, body } = await ask(port, head(method))
        const what = status === 200 ? 'fine' : `${method} ${status} ${body}`
        answers.set(what, (answers.get(what) ?? 0) + 1)
      }
    })
    for (let turn = 0; turn < 40; turn++) {
      const at = turn % 2
      const { port: own } = behind[at]!
      await behind[at]!.close()
      behind[at] = await boot(own)
    }
    stop = true
    await Promise.all(calling)
    expect([...answers.keys()]).toEqual(['fine'])
    expect(answers.get('fine')).toBeGreaterThan(100)
  },
)

test('nginx behind: files, ranges, HEAD, refusals, uploads that it does not want, and its reload', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-behind-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const body = 'abcdefghij'.repeat(50_000)
  writeFileSync(join(folder, 'big.txt'), body)
  const far = await start('http1', (_method, path) => text(`app ${path}`))
  const nginx = await Nginx.start(`127.0.0.1:${far.port}`, {
    'proxy_pass http://shop;': `proxy_pass http://shop; location = /big.txt { root ${folder}; } location = /deny { client_max_body_size 1k; return 403; }`,
  })
  const { port } = await gateway('http1', `http://127.0.0.1:${nginx.port}`)
  expect((await ask(port, get('/big.txt'))).body).toBe(body)
  const part = await ask(port, get('/big.txt', 'range: bytes=10-19\r\n'))
  expect([part.status, part.body, part.field('content-range')]).toEqual([
    206,
    'abcdefghij',
    'bytes 10-19/500000',
  ])
  const told = await ask(port, get('/big.txt').replace('GET', 'HEAD'))
  expect([told.status, told.field('content-length')]).toEqual([200, '500000'])
  const unchanged = await ask(port, get('/big.txt', `if-none-match: ${told.field('etag')}\r\n`))
  expect(unchanged.status).toBe(304)
  expect((await ask(port, get('/a%2Fb?c'))).body).toBe('app /a%2Fb')
  const large = `POST /deny HTTP/1.1\r\nhost: a\r\ncontent-length: 300000\r\n\r\n${'x'.repeat(300_000)}`
  expect([403, 413]).toContain((await ask(port, large)).status)
  let stop = false
  const statuses = new Set<number>()
  const calling = [1, 2, 3].map(async () => {
    while (!stop) statuses.add((await ask(port, get('/x'))).status)
  })
  for (let times = 0; times < 3; times++) await nginx.reload()
  stop = true
  await Promise.all(calling)
  expect([...statuses]).toEqual([200])
})
