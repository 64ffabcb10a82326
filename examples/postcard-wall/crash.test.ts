import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { client, http } from 'hagaki/client'
import { expect, onTestFinished, test } from 'vitest'
import { Started } from '../started.ts'
import { HELLO, scratchFile } from './scratch.ts'
import { type Wall, wall } from './wall.ts'

async function start(path: string, env: object = {}, how: object = {}): Promise<Started> {
  const started = await Started.start('postcard-wall/wall.ts', { WALL_DATA: dirname(path), ...env }, how)
  onTestFinished(() => started.kill())
  return started
}

const calls = ({ url }: Started) => client<Wall>(wall.contract, http(url))

test('kill -9 right after an accepted card loses none, ten times over', async () => {
  const path = await scratchFile()
  const accepted = new Set<number>()
  for (let round = 0; round < 10; round++) {
    const started = await start(path)
    const api = calls(started)
    const adding = [1, 2, 3, 4, 5].map(() => api.add(HELLO).then(({ id }) => accepted.add(id)))
    await Promise.any(adding)
    await started.kill()
    await Promise.allSettled(adding)
  }
  const started = await start(path)
  const { cards } = await calls(started).list({ limit: 100 })
  const there = new Set(cards.map(({ id }) => id))
  expect(accepted.size).toBeGreaterThanOrEqual(10)
  expect([...accepted].filter((id) => !there.has(id))).toEqual([])
})

test('a full disk refuses cards, keeps those it has, and spoils nothing', async () => {
  const path = await scratchFile()
  // No file of that process may grow over some KiB; tsx would keep files of its own.
  const limited = await start(path, { TSX_DISABLE_CACHE: '1' }, { before: 'ulimit -f 8;' })
  const api = calls(limited)
  let accepted = 0
  const full = await (async () => {
    for (; accepted < 1_000; accepted++) await api.add({ ...HELLO, text: 'x'.repeat(280) })
  })().catch((error: unknown) => error)
  expect(full).toMatchObject({ detail: { status: 500, code: 'app_failed' } })
  expect((await api.list({ limit: 100 })).cards).toHaveLength(accepted)
  await limited.kill()

  const started = await start(path)
  expect((await calls(started).list({ limit: 100 })).cards).toHaveLength(accepted)
  expect((await calls(started).add(HELLO)).id).toBe(accepted + 1)
})

test('a damaged file stops the boot, in words that name the line', async () => {
  const path = await scratchFile()
  await mkdir(dirname(path))
  await writeFile(path, 'no card\n')
  const starting = start(path)
  await expect(starting).rejects.toThrow(
    /ended with 1:[^]*cards\.jsonl, line 1: the line is damaged\. Mend it/,
  )
})

test('a wall whose output nobody reads any more goes on, and stops when it is told', async () => {
  const started = await start(await scratchFile())
  started.unread()
  expect((await calls(started).add(HELLO)).id).toBe(1)
  await started.stop()
})

test('of two processes on one wall one is killed as often as one likes: the other goes on, and shows all', async () => {
  const path = await scratchFile()
  const stays = await start(path)
  const accepted = new Set<number>()
  for (let round = 0; round < 4; round++) {
    const goes = await start(path)
    const adding = Array.from({ length: 12 }, (_, at) =>
      calls(at % 2 === 0 ? goes : stays)
        .add(HELLO)
        .then(({ id }) => accepted.add(id)),
    )
    await Promise.any(adding)
    await goes.kill()
    await Promise.allSettled(adding)
  }
  const { cards } = await calls(stays).list({ limit: 100 })
  const there = new Set(cards.map(({ id }) => id))
  expect(accepted.size).toBeGreaterThanOrEqual(24)
  expect([...accepted].filter((id) => !there.has(id))).toEqual([])
  expect((await calls(await start(path)).list({ limit: 100 })).cards).toEqual(cards)
})
