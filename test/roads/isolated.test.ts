/** `isolated`: the threads and processes of `isolate`, called by a program itself. Contract clauses 33 and 35. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { client, clientByName } from 'hagaki/client'
import { type IsolatedTransport, type IsolateOptions, isolated } from 'hagaki/isolate'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import sums, { DividedByZero } from './modules/sums.ts'

type Sums = typeof sums

const far = (options: IsolateOptions): IsolatedTransport =>
  isolated(new URL('modules/sums.ts', import.meta.url), options)

/** What a call gives when a worker is there again, which on a busy machine may be later than calls wait for it. */
async function onceUp<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Error) || !error.message.endsWith('no worker is up')) throw error
    }
  }
}

describe.each([
  ['threads', { threads: 1 }],
  ['processes', { processes: 1 }],
])('%s', (_, one) => {
  /** For the tests that leave it as it was. */
  const transport = far(one)
  const api = clientByName<Sums>(sums.contract, transport)
  afterAll(() => transport.close())

  test('functions are called by name with data, in a place of their own', async () => {
    expect(await transport.invoke('add', { a: 1, b: 2 })).toBe(3)
    expect(await api.divide({ a: 6, b: 3 })).toBe(2)
    expect(await api.where()).not.toBe(`${process.pid}/${threadId}`)
    expect(await client<Sums>(sums.contract, transport).where(), 'asked as a request').toBe(await api.where())
  })

  test('what they refuse is told as over any link', async () => {
    const failed: unknown = await api.divide({ a: 1, b: 0 }).catch((error: unknown) => error)
    expect(DividedByZero.is(failed) && failed.data).toEqual({ dividend: 1 })
    await expect(transport.invoke('add', { a: 1, b: 'two' })).rejects.toMatchObject({
      code: 'call_answered',
      detail: { status: 422, code: 'input_invalid' },
    })
    await expect(transport.invoke('subtract', {})).rejects.toMatchObject({
      detail: { code: 'handler_unknown' },
    })
  })

  test('items flow as they are taken', async () => {
    const taken: number[] = []
    for await (const at of api.count()) if (taken.push(at) === 3) break
    expect(taken).toEqual([0, 1, 2])
    expect(await api.add({ a: 2, b: 2 })).toBe(4)
  })

  test('one that loops is ended when its time is up, and replaced', async () => {
    const bounded = far({ ...one, timeout: '2s' })
    onTestFinished(() => bounded.close())
    const before = await bounded.invoke('where')
    await expect(bounded.invoke('loop')).rejects.toMatchObject({ code: 'call_timeout' })
    expect(await onceUp(() => bounded.invoke('where'))).not.toBe(before)
  })

  test('one that exits loses its calls, and is replaced', async () => {
    const exiting = far(one)
    onTestFinished(() => exiting.close())
    const before = await exiting.invoke('where')
    await expect(exiting.invoke('exit')).rejects.toMatchObject({ code: 'call_lost' })
    expect(await onceUp(() => exiting.invoke('where'))).not.toBe(before)
  })

  test('closed, it ends when its teardown is over, whatever its app left open', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    vi.stubEnv('LASTING_ENDS', join(folder, 'ends'))
    onTestFinished(() => void vi.unstubAllEnvs())
    const lasting = isolated(new URL('modules/lasting.ts', import.meta.url), one)
    await lasting.invoke('pid')
    await lasting.close()
    expect(readFileSync(join(folder, 'ends'), 'utf8'), 'and not by force').toBe('by itself')
  })

  test('what is computed is answered, whatever else was asked in the same moment', async () => {
    const bounded = far({ ...one, timeout: '2s' })
    onTestFinished(() => bounded.close())
    const [computed, late] = [bounded.invoke('spin'), bounded.invoke('loop')]
    await Promise.all([
      expect(computed).resolves.toBe(20),
      expect(late).rejects.toMatchObject({ code: 'call_timeout' }),
    ])
  })

  test('what is given up while it waits for its turn is never begun', async () => {
    await transport.invoke('where')
    const controller = new AbortController()
    const before = transport.invoke('spin')
    const dropped = transport.invoke('tally', undefined, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(dropped).rejects.toThrow('enough')
    await before
    expect(await transport.invoke('tally')).toBe(1)
  })

  test('closed, what is under way is lost and not made again, and nothing starts behind it', async () => {
    const closing = far(one)
    const asked = [
      clientByName<Sums>(sums.contract, closing).hang(),
      client<Sums>(sums.contract, closing).hang(),
      closing.invoke('hang'),
    ].map((call) => expect(call).rejects.toMatchObject({ code: 'call_lost' }))
    await closing.invoke('where')
    await closing.close()
    await Promise.all(asked)
  })

  test('closed, they are gone, and a later call starts them anew', async () => {
    const before = await transport.invoke('where')
    await transport.close()
    expect(await transport.invoke('where')).not.toBe(before)
  })
})
