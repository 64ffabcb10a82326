/** How long calls by name may take, where nothing but `timeoutMs` says so. Clause 35. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { service, silentLog, verbs } from 'hagaki'
import { type SocketTransport, socket } from 'hagaki/socket'
import { work } from 'hagaki/work'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const { acts } = verbs({})
const notes = service({
  left: acts('/left', { returns: z.number().nullable() }, (_, { deadline }) => deadline),
  hang: acts('/hang', { returns: z.string() }, () => new Promise<string>(() => {})),
})

test('a time that is no whole number is rounded, and takes no other call with it', async () => {
  const calls = await calling()
  const controller = new AbortController()
  const other = calls.invoke('hang', undefined, { signal: controller.signal })
  const given = Date.now()
  expect(await calls.invoke('left', undefined, { timeoutMs: 60_000.4 })).toBeGreaterThanOrEqual(
    given + 60_000,
  )
  for (const timeoutMs of [Number.NaN, Number.POSITIVE_INFINITY])
    await expect(calls.invoke('left', undefined, { timeoutMs })).rejects.toMatchObject({
      code: 'value_faulty',
    })
  controller.abort(new Error('enough'))
  await expect(other).rejects.toThrow('enough')
})

test('a call is given up when its time is over, whatever its handler does', async () => {
  const calls = await calling()
  await expect(calls.invoke('hang', undefined, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'call_timeout',
    detail: { to: 'socket(notes.sock)', limitMs: 50 },
  })
})

async function calling(): Promise<SocketTransport> {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
  const at = `unix:${join(folder, 'notes.sock')}`
  const program = await work(notes, { listen: at, log: silentLog })
  const calls = socket(at)
  onTestFinished(async () => {
    await calls.close()
    await program.close({ now: true })
    rmSync(folder, { recursive: true })
  })
  await calls.invoke('left')
  return calls
}
