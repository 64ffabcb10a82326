import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { type Log, silentLog } from 'hagaki'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Journal } from './journal.ts'
import { scratchFile } from './scratch.ts'

const Entry = z.object({ id: z.number(), text: z.string() })
type Entry = z.infer<typeof Entry>

const entries = fc.array(fc.record({ id: fc.integer(), text: fc.string({ unit: 'grapheme' }) }), {
  minLength: 1,
  maxLength: 4,
})

/** Opens, gives what was replayed, and closes after `work`. */
async function replayed(
  path: string,
  work?: (journal: Journal<Entry>) => Promise<void>,
  log: Log = silentLog,
): Promise<Entry[]> {
  const found: Entry[] = []
  const journal = await Journal.open(path, Entry, (entry) => found.push(entry), log)
  await work?.(journal)
  await journal.close()
  return found
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

test('a last line cut at any octet is dropped, and what is appended next is whole', async () => {
  const path = await scratchFile()
  await fc.assert(
    fc.asyncProperty(entries, async (written) => {
      const lines = written.map((entry) => Buffer.from(`${JSON.stringify(entry)}\n`))
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
}, 60_000)

test('what is dropped is told to the log, with the file and how much', async () => {
  const path = await scratchFile()
  const told: object[] = []
  const log = { ...silentLog, warn: (fields: object) => told.push(fields) }
  await left(path, '{"id":1,"text":"a"}\n{"id"')
  expect(await replayed(path, undefined, log)).toEqual([{ id: 1, text: 'a' }])
  await replayed(path, undefined, log)
  expect(told).toEqual([{ file: path, octets: 5 }])
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
  await expect(replayed(path)).rejects.toThrow(`${path} has a line over 65536 octets`)
})

test('a file that something else has changed is not written to', async () => {
  const path = await scratchFile()
  await replayed(path, async (journal) => {
    await journal.append({ id: 1, text: 'ours' })
    const { length } = await readFile(path)
    await appendFile(path, '{"id":2,"text":"theirs"}\n')
    await expect(journal.append({ id: 3, text: 'ours' })).rejects.toThrow('something else writes to it')
    await truncate(path, length)
    await journal.append({ id: 4, text: 'ours again' })
  })
  expect((await replayed(path)).map(({ id }) => id)).toEqual([1, 4])
})
