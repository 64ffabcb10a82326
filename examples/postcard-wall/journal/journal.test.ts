import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { type Log, silentLog } from 'hagaki'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { scratchFile } from '../scratch.ts'
import { Journal } from './journal.ts'
import { writeLine } from './lines.ts'

const Entry = z.object({ id: z.number(), text: z.string() })
type Entry = z.infer<typeof Entry>

const entries = fc.array(fc.record({ id: fc.integer(), text: fc.string({ unit: 'grapheme' }) }), {
  minLength: 1,
  maxLength: 4,
})

/** Opens, gives what was replayed, and closes after `work`. */
async function replayed(
  path: string,
  work?: (journal: Journal<Entry, number>) => Promise<unknown>,
  log: Log = silentLog,
): Promise<Entry[]> {
  const found: Entry[] = []
  const journal = await Journal.open(path, Entry, (entry) => found.push(entry), log)
  const replayed = [...found]
  await work?.(journal)
  await journal.close()
  return replayed
}

/** Writes a file as it was left behind. */
async function left(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

test('what was appended is replayed in the order of the calls', async () => {
  const path = await scratchFile()
  await fc.assert(
    fc.asyncProperty(entries, async (written) => {
      await left(path, '')
      await replayed(path, async (journal) => {
        await Promise.all(written.map((entry) => journal.append(entry)))
      })
      expect(await replayed(path)).toEqual(written)
    }),
    { numRuns: 30 },
  )
})

test('a line cut at any octet is passed over, and what is appended next is whole', async () => {
  const path = await scratchFile()
  await fc.assert(
    fc.asyncProperty(entries, async (written) => {
      const lines = written.map((entry) => writeLine(entry))
      const whole = Buffer.concat(lines)
      const before = whole.length - lines.at(-1)!.length
      const next = { id: 0, text: 'next' }
      for (let cut = before; cut < whole.length; cut++) {
        await left(path, whole.subarray(0, cut))
        expect(await replayed(path, (journal) => journal.append(next))).toEqual(written.slice(0, -1))
        expect(await replayed(path)).toEqual([...written.slice(0, -1), next])
      }
    }),
    { numRuns: 6 },
  )
})

test('however much was cut off before a line, and however often, is passed over and told to the log', async () => {
  const path = await scratchFile()
  const told: object[] = []
  const log = { ...silentLog, warn: (fields: object) => told.push(fields) }
  const cut = writeLine({ id: 2, text: 'x'.repeat(40_000) }).subarray(0, -1)
  const good = writeLine({ id: 1, text: 'a' })
  await left(path, Buffer.concat([good, cut, cut, cut, good, good.subarray(0, 5), good]))
  expect(await replayed(path, undefined, log)).toEqual(Array(3).fill({ id: 1, text: 'a' }))
  expect(told).toEqual([
    { file: path, octets: 3 * cut.length },
    { file: path, octets: 5 },
  ])
})

test('lines of people are read as well: without a tab, or with spaces', async () => {
  const path = await scratchFile()
  await left(path, '{"id":1,"text":"a"}\n  { "id": 2, "text": "b" }\n\t{"id":3,"text":"c"}\n{"id":4,"te')
  expect(await replayed(path, (journal) => journal.append({ id: 5, text: 'e' }))).toHaveLength(3)
  expect((await replayed(path)).map(({ id }) => id)).toEqual([1, 2, 3, 5])
})

test('each who has it open takes the same entries in the same order, and learns what became of his own', async () => {
  const path = await scratchFile()
  const seen = [0, 1, 2].map((): number[] => [])
  const journals = await Promise.all(
    seen.map((ids) => Journal.open(path, Entry, ({ id }) => ids.push(id), silentLog)),
  )
  const appended = Array.from({ length: 60 }, async (_, id) => {
    const at = id % 3
    const place = await journals[at]!.append({ id, text: 'the same' })
    expect(seen[at]![place - 1]).toBe(id)
  })
  await Promise.all(appended)
  await Promise.all(journals.map((journal, at) => journal.append({ id: 100 + at, text: 'last' })))
  for (const journal of journals) await journal.append({ id: 0, text: 'and now all have looked' })
  await Promise.all(journals.map((journal) => journal.close()))
  for (const ids of seen) expect(ids.slice(0, 63)).toEqual(seen[0]!.slice(0, 63))
  expect(seen[0]!.slice(0, 63).sort((a, b) => a - b)).toEqual([...Array(60).keys(), 100, 101, 102])
})

test('what another one has appended is taken by who looks', async () => {
  const path = await scratchFile()
  const taken: Entry[] = []
  const reader = await Journal.open(path, Entry, (entry) => taken.push(entry), silentLog)
  await replayed(path, (journal) => journal.append({ id: 1, text: 'news' }))
  await reader.fresh()
  expect(taken).toEqual([{ id: 1, text: 'news' }])
  await reader.close()
})

test('a damaged line stops the opening, which names file and line, and nothing is changed', async () => {
  const good = '{"id":1,"text":"a"}\n'
  const damages: readonly (readonly [content: string | Uint8Array, line: number])[] = [
    [`${good}{"id":2,"te\n${good}`, 2],
    [`${good}\n${good}`, 2],
    [`${good}${good}{"id":"2","text":"a"}\n`, 3],
    [`\uFEFF${good}`, 1],
    [Buffer.concat([Buffer.from('{"id":1,"text":"'), Buffer.from([0xff]), Buffer.from('"}\n')]), 1],
    [Buffer.concat([Buffer.from(good), Buffer.alloc(8), Buffer.from('\n')]), 2],
  ]
  const path = await scratchFile()
  for (const [content, line] of damages) {
    await left(path, content)
    await expect(replayed(path)).rejects.toMatchObject({
      code: 'setup_faulty',
      detail: { what: `${path}, line ${line}`, reason: 'the line is damaged' },
    })
    expect(await readFile(path)).toEqual(Buffer.from(content))
  }
})

test('an entry that cannot follow those before it is damage of its line', async () => {
  const path = await scratchFile()
  await left(path, '{"id":1,"text":"a"}\n{"id":1,"text":"a"}\n')
  const seen = new Set<number>()
  const opening = Journal.open(path, Entry, ({ id }) => {
    if (seen.has(id)) throw new Error('twice')
    seen.add(id)
  })
  await expect(opening).rejects.toMatchObject({ detail: { what: `${path}, line 2` } })
})

test('a line without an end is no reason to fill memory', async () => {
  const path = await scratchFile()
  await left(path, 'x'.repeat(200_000))
  await expect(replayed(path)).rejects.toMatchObject({
    detail: { what: `${path}, line 1` },
    cause: { message: 'it has a line over 65536 octets' },
  })
})

test('a file that something else has shortened is not trusted any more', async () => {
  const path = await scratchFile()
  await replayed(path, async (journal) => {
    await journal.append({ id: 1, text: 'ours' })
    await truncate(path, 3)
    await expect(journal.append({ id: 2, text: 'ours' })).rejects.toThrow(/shorter than it was/)
  })
})

test('damage that comes while it is open is told once, and refuses what is appended', async () => {
  const path = await scratchFile()
  const told: object[] = []
  const log = { ...silentLog, error: ({ err }: { err?: unknown }) => told.push(err as object) }
  await replayed(
    path,
    async (journal) => {
      await journal.append({ id: 1, text: 'ours' })
      await appendFile(path, 'no entry\n')
      for (const id of [2, 3]) {
        await journal.fresh()
        await expect(journal.append({ id, text: 'ours' })).rejects.toMatchObject({ code: 'setup_faulty' })
      }
    },
    log,
  )
  expect(told).toHaveLength(1)
})
