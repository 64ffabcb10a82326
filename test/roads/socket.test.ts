/** Sockets: `socket` and `work`, over unix sockets. Contract clauses 26, 27, 33 and 35. */
import { connect as connectTcp, createServer } from 'node:net'
import { join } from 'node:path'
import { bodyText, life, living, request, service, text, verbs } from 'hagaki'
import { type SocketOptions, socket } from 'hagaki/socket'
import { type WorkOptions, work } from 'hagaki/work'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { encodeFrame } from '../../src/wire/frames/codec.ts'
import { frame, HELLO, REQUEST } from '../../src/wire/frames/frame.ts'
import { encodeHello, encodeMessage } from '../../src/wire/frames/payload.ts'
import { ask, calling, folder, LARGE, listening, ours, told, working } from './sockets.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

test('a call goes over a unix socket and comes back, with bodies that fit and that do not', async () => {
  const { at } = await working(told)
  const app = await calling(at)
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('GET /a')
  for (const size of [5, 65_536, LARGE]) {
    expect(bodyText(await ask(app, 'POST', '/length', { body: Buffer.alloc(size) }))).toBe(String(size))
  }
  expect(bodyText(await ask(app, 'GET', '/stream'))).toBe(`${'x'.repeat(LARGE)}end`)
})

test('many calls share a link, and more links are opened where that is asked for', async () => {
  const sockets = new Set<unknown>()
  const { at } = await working(told)
  const listener = createServer((near) => {
    sockets.add(near)
    near.on('error', () => {})
    const far = connectTcp({ path: at.slice(5) })
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  const relay = await listening(listener)
  const app = await calling(relay, { links: 3, trusted: true })
  const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => ask(app, 'GET', `/${n}`)))
  expect(answers.map((one) => bodyText(one))).toEqual(Array.from({ length: 300 }, (_, n) => `GET /${n}`))
  expect(sockets.size).toBe(3)
})

test('a handler is called by its name, and a worker with another contract is told of (35)', async () => {
  const { creates } = verbs({})
  const Text = z.object({ text: z.string() })
  const notes = service({
    add: creates('/notes', { accepts: Text, returns: Text }, ({ text }, { deadline }) => ({
      text: `${text}${deadline === null ? '' : ' in time'}`,
    })),
  })
  const { at } = await working(notes)
  const warned = vi.spyOn(console, 'error')
  warned.mockClear()
  const link = opened(socket(at, { contract: notes.contract }))
  expect(await link.invoke('add', { text: 'hi' })).toEqual({ text: 'hi' })
  expect(await link.invoke('add', { text: 'hi' }, { timeoutMs: 60_000 })).toEqual({ text: 'hi in time' })
  await expect(link.invoke('add', { text: 1 })).rejects.toMatchObject({ detail: { code: 'input_invalid' } })
  await expect(
    link.invoke('add', { text: 'hi' }, { signal: AbortSignal.abort(new Error('no')) }),
  ).rejects.toThrow('no')
  expect(warned).not.toHaveBeenCalled()
  const other = opened(socket(at, { contract: { hagaki: 1, handlers: {} } }))
  await other.invoke('add', { text: 'hi' })
  expect(warned.mock.calls.flat().join(' ')).toContain('A worker offers another contract')
})

test('a caller that asks and does not read is not read either: what waits for it is bounded', async () => {
  const { at } = await working(() => text('x'.repeat(60_000)))
  const silent = connectTcp({ path: at.slice(5) })
  onTestFinished(() => void silent.destroy())
  silent.pause()
  silent.write(encodeFrame(frame(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 65_536 }))))
  const { body: _, ...head } = request('GET', '/')
  const payload = encodeMessage(head, null)
  let call = 0
  let isHeld = false
  for (; call < 60_000 && !isHeld; call++) {
    if (!silent.write(encodeFrame(frame(REQUEST, call + 1, payload)))) {
      isHeld = await Promise.race([
        new Promise<boolean>((resolve) => silent.once('drain', () => resolve(false))),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
      ])
    }
  }
  expect(isHeld).toBe(true)
  expect(call).toBeLessThan(20_000)
})

test('addresses and options that make no sense are refused where they are given', () => {
  const table: [at: string | readonly string[], options: SocketOptions, refusal: string][] = [
    [
      '/run/app.sock',
      {},
      '"/run/app.sock" is no address. Write "unix:/run/notes.sock" or "tcp://10.0.0.5:7000"',
    ],
    ['tcp://host', {}, 'is no address'],
    ['tcp://host:70000', {}, 'is no address'],
    ['unix:', {}, 'is no address'],
    [[], {}, 'it has no address'],
    ['tcp://[::1]:7000', { links: 0 }, '0 is no number of links. Use 1 to 256'],
    ['unix:/run/a', { tls: {} }, 'tls is for links over TCP'],
    ['tcp://a:1', { tls: { ca: 'no' } }, 'Give certificates and the private key in PEM form'],
    ['tcp://a:1', { timeout: 'soon' }, 'Write milliseconds as a number'],
  ]
  for (const [at, options, refusal] of table) expect(() => socket(at, options), String(at)).toThrow(refusal)
})

test('a worker says why it cannot listen, and leaves nothing open', async () => {
  const lives: string[] = []
  const app = living(
    () => text(''),
    [],
    life(
      () => void lives.push('opened'),
      () => void lives.push('closed'),
    ),
  )
  const table: [options: WorkOptions, refusal: string][] = [
    [{ listen: [] }, 'it has nowhere to listen'],
    [{ listen: 'tcp:7000' }, 'is no address'],
    [{ listen: `unix:${join(folder(), 'no', 'app.sock')}` }, 'its folder is not there'],
    [{ listen: 'tcp://127.0.0.1:0', tls: { cert: 'no', key: 'no' } }, 'tls: '],
    [{ listen: 'tcp://127.0.0.1:0', tls: { ...ours, ca: 'no' } }, 'tls.ca: it is no certificate'],
  ]
  for (const [options, refusal] of table) await expect(work(app, options)).rejects.toThrow(refusal)
  expect(lives.filter((one) => one === 'opened')).toHaveLength(lives.length / 2)
})

function opened(link: ReturnType<typeof socket>): ReturnType<typeof socket> {
  onTestFinished(() => link.close())
  return link
}
