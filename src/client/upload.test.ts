import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { service } from '../handler/service.ts'
import { verbs } from '../handler/verbs.ts'
import { bytes } from '../schema/whole.ts'
import type { Progress } from './call-options.ts'
import { client } from './functions.ts'
import { http } from './http.ts'
import { local } from './local.ts'
import { upload } from './upload.ts'

const { acts, reads } = verbs({})
const app = service({
  size: acts('/size', { accepts: bytes(), returns: z.number() }, (body) => body.byteLength),
  none: reads('/none', { returns: z.number() }, () => 1),
})

const server = createServer((req, res) => {
  let size = 0
  req.on('data', (piece: Buffer) => (size += piece.byteLength))
  req.on('end', () => res.setHeader('content-type', 'application/json').end(String(size)))
})
let base = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const SIZE = 200_000

test('a caller is told how much of a body is gone, up to all of it', async () => {
  const api = client<typeof app>(app.contract, http(base, { upload }))
  for (const body of [new Uint8Array(SIZE), new Blob([new Uint8Array(SIZE)])]) {
    const told: Progress[] = []
    expect(await api.size(body, { onProgress: (progress) => told.push(progress) })).toBe(SIZE)
    expect(told).toEqual([65_536, 131_072, 196_608, SIZE].map((sent) => ({ sent, total: SIZE })))
  }
})

test('without anybody to tell, a body is sent as any other', async () => {
  const fetching = vi.fn<typeof fetch>(async () => Response.json(1))
  const api = client<typeof app>(app.contract, http(base, { upload, fetch: fetching }))
  const file = new Blob(['a'])
  expect(await api.size(file)).toBe(1)
  expect(fetching.mock.calls[0]![1]!.body).toBe(file)
})

test('a call without a body tells nothing', async () => {
  const onProgress = vi.fn()
  expect(await client<typeof app>(app.contract, http(base)).none(undefined, { onProgress })).toBe(0)
  expect(onProgress).not.toHaveBeenCalled()
})

test('a transport that was not told how says what to give it', async () => {
  const api = client<typeof app>(app.contract, http(base))
  await expect(api.size(Uint8Array.of(1), { onProgress: () => {} })).rejects.toThrow(
    /it does not tell of progress\. Give it how: http\(base, \{ upload \}\)/,
  )
})

test('a service in the same process takes all at once', async () => {
  const told: Progress[] = []
  await local(app).size(new Blob(['abc']), { onProgress: (progress) => told.push(progress) })
  expect(told).toEqual([{ sent: 3, total: 3 }])
})

test('an upload that is cancelled rejects with the reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const api = client<typeof app>(app.contract, http(base, { upload }))
  const calling = api.size(new Uint8Array(50_000_000), {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  })
  await expect(calling).rejects.toBe(reason)
})
