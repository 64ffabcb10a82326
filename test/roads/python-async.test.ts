/** `async def` handlers in Python through a gateway: side by side, and left with their caller. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote, silentLog } from 'hagaki'
import { type PythonTransport, python } from 'hagaki/python'
import { serve } from 'hagaki/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { python as interpreter } from '../../scripts/needs.ts'
import { WAIT_MS } from '../wait.ts'

const HERE = new URL('.', import.meta.url)

interface Notes {
  readonly far: PythonTransport
  /** Resolves when it was written down. */
  told(what: string): Promise<void>
}

function notes(timeout?: string): Notes {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-async-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'told')
  const all = { cwd: HERE, python: interpreter(), reload: false, env: { TOLD_TO: file }, threads: 1 }
  return {
    far: python('async_notes', timeout === undefined ? all : { ...all, timeout }),
    told: async (what) => {
      const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])
      await vi.waitUntil(() => lines().includes(what), WAIT_MS)
    },
  }
}

async function served(far: PythonTransport): Promise<string> {
  const running = await serve(remote(far), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  return running.url
}

const post = (body?: object, signal?: AbortSignal): RequestInit => ({
  method: 'POST',
  ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  ...(signal && { signal }),
})

test('100 calls wait for each other in one process with one thread', async () => {
  const url = await served(notes().far)
  const meeting = Array.from({ length: 100 }, async () => {
    const answer = await fetch(`${url}/meet`, post({ count: 100 }))
    return answer.json()
  })
  expect(new Set(await Promise.all(meeting))).toEqual(new Set([100]))
})

test('a client that goes away cancels its call, and its neighbours go on', async () => {
  const { far, told } = notes()
  const url = await served(far)
  const neighbour = fetch(`${url}/meet`, post({ count: 2 }))
  const leaving = new AbortController()
  const gone = fetch(`${url}/waits`, post(undefined, leaving.signal))
  await told('waits')
  leaving.abort()
  await expect(gone).rejects.toThrow()
  await told('waits is left')
  expect(await (await fetch(`${url}/meet`, post({ count: 2 }))).json()).toBe(2)
  expect(await (await neighbour).json()).toBe(2)
})

test('a client that goes away within its upload ends the loop over it', async () => {
  const { far, told } = notes()
  const { hostname, port } = new URL(await served(far))
  const socket = connect(Number(port), hostname)
  socket.write('POST /size HTTP/1.1\r\nhost: a\r\ncontent-type: a/b\r\ncontent-length: 9000000\r\n\r\n')
  socket.write('x'.repeat(100_000))
  await told('size begins')
  socket.destroy()
  await told('size ends')
})

test('a stream that has nothing to give is left with its reader', async () => {
  const { far, told } = notes()
  const leaving = new AbortController()
  const headers = { accept: 'application/jsonl' }
  const answer = await fetch(`${await served(far)}/ticks`, { headers, signal: leaving.signal })
  const first = await answer.body!.getReader().read()
  expect(new TextDecoder().decode(first.value)).toBe('1\n')
  leaving.abort()
  await told('ticks is left')
})

test('a call by name whose time is up, or that is aborted, is left', async () => {
  const { far, told } = notes()
  onTestFinished(() => far.close())
  await far.invoke('thread') // so that its process has started
  await expect(far.invoke('waits', undefined, { timeoutMs: 2_000 })).rejects.toMatchObject({
    code: 'call_timeout',
  })
  await told('waits is left')
})

test('one that blocks the loop is killed with its process by `timeout`, and plain functions go on till then', async () => {
  const { far, told } = notes('5s')
  const url = await served(far)
  const blocking = fetch(`${url}/blocks`, post())
  await told('blocks')
  expect(await (await fetch(`${url}/thread`)).json()).toBe(1)
  expect((await blocking).status).toBe(504)
  expect(await (await fetch(`${url}/meet`, post({ count: 1 }))).json()).toBe(1)
})
