import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '../call/log.ts'
import { Teardown } from '../call/teardown.ts'
import type { Outcome } from '../contract.ts'
import { Fault } from '../fault.ts'
import { removeStale } from './directory.ts'
import { spool } from './spool.ts'

const OVER: Outcome = { status: 200, error: null, aborted: false }

/** A call to defer to, and a directory of the test. */
function call(): {
  readonly defer: Teardown['add']
  readonly over: () => Promise<void>
  readonly dir: string
} {
  const teardown = new Teardown(silentLog)
  const dir = mkdtempSync(join(tmpdir(), 'hagaki-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return { defer: (task) => teardown.add(task), over: () => teardown.settle(OVER), dir }
}

/** The files that are spooled below `dir`. */
function files(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => readdirSync(join(dir, name)).map((file) => join(dir, name, file)))
}

async function* cut(bytes: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const got: Uint8Array[] = []
  for await (const piece of pieces) got.push(Uint8Array.from(piece))
  return Buffer.concat(got)
}

/** True when a descriptor is of a file below `dir`; false too for one that was closed meanwhile. */
function linksTo(fd: string, dir: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(dir)
  } catch {
    return false
  }
}

const BYTES = randomBytes(300_000)

test('what is small stays in memory, and what is larger is in a file that others cannot read', async () => {
  const { defer, over, dir } = call()
  for (const [size, memory] of [
    [0, '64kb'],
    [65_535, '64kb'],
    [65_536, '64kb'],
    [10, 10],
  ] as const) {
    const kept = await spool(cut(BYTES.subarray(0, size)), { defer, dir, memory, limit: '1mb' })
    expect([kept.size, kept.path, kept.sha256]).toEqual([size, null, null])
    expect(BYTES.subarray(0, size).equals(await all(kept.stream()))).toBe(true)
    expect(existsSync(join(dir)) && readdirSync(dir)).toEqual([])
  }
  for (const [size, memory] of [
    [65_537, '64kb'],
    [300_000, '64kb'],
    [1, 0],
  ] as const) {
    const kept = await spool(cut(BYTES.subarray(0, size)), { defer, dir, memory, limit: '1mb' })
    expect(kept.size).toBe(size)
    expect(BYTES.subarray(0, size).equals(readFileSync(kept.path!))).toBe(true)
    if (process.platform !== 'win32') {
      expect(statSync(kept.path!).mode & 0o777).toBe(0o600)
      expect(statSync(join(kept.path!, '..')).mode & 0o777).toBe(0o700)
    }
    for (let again = 0; again < 2; again++)
      expect(BYTES.subarray(0, size).equals(await all(kept.stream()))).toBe(true)
  }
  expect(files(dir)).toHaveLength(3)
  await over()
  expect(files(dir)).toEqual([])
})

test('the hash is that of the bytes, wherever they are', async () => {
  const { defer, over, dir } = call()
  for (const size of [0, 100, 300_000]) {
    const { sha256 } = await spool(cut(BYTES.subarray(0, size)), { defer, dir, limit: '1mb', hash: true })
    expect(sha256).toBe(createHash('sha256').update(BYTES.subarray(0, size)).digest('hex'))
  }
  await over()
})

test('a part is spooled as what it streams', async () => {
  const { defer, over, dir } = call()
  const kept = await spool({ stream: cut(BYTES) }, { defer, dir, limit: '1mb' })
  expect(BYTES.equals(await all(kept.stream()))).toBe(true)
  await over()
})

test('the limit may be reached and not exceeded; then nothing is left, and the source is told', async () => {
  const { defer, over, dir } = call()
  expect((await spool(cut(BYTES), { defer, dir, limit: 300_000 })).size).toBe(300_000)
  let told = false
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield BYTES.subarray(0, 50_000)
    } finally {
      told = true
    }
  }
  const before = files(dir).length
  await expect(spool(endless(), { defer, dir, limit: 299_999 })).rejects.toMatchObject({
    code: 'body_too_large',
    detail: { limit: 299_999 },
  })
  expect([told, files(dir).length]).toEqual([true, before])
  await over()
})

test('a source that breaks off leaves nothing', async () => {
  const { defer, over, dir } = call()
  const lost = new Fault('request_aborted', { reason: 'gone' })
  const breaking = async function* (): AsyncGenerator<Uint8Array> {
    yield* cut(BYTES)
    throw lost
  }
  await expect(spool(breaking(), { defer, dir, limit: '1mb' })).rejects.toBe(lost)
  expect(files(dir)).toEqual([])
  await over()
})

test('a call that is over while it spools leaves nothing either', async () => {
  const { defer, over, dir } = call()
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield* cut(BYTES)
    await over()
    yield* cut(BYTES)
  }
  await expect(spool(endless(), { defer, dir, limit: '1gb' })).rejects.toMatchObject({
    code: 'request_aborted',
  })
  expect(files(dir)).toEqual([])
})

test('what was moved stays, and nothing that was there is replaced', async () => {
  const { defer, over, dir } = call()
  const kept = join(dir, 'kept')
  mkdirSync(kept)
  const [large, small, taken] = [join(kept, 'large'), join(kept, 'small'), join(kept, 'taken')]
  writeFileSync(taken, 'mine')
  const one = await spool(cut(BYTES), { defer, dir, limit: '1mb' })
  const two = await spool(cut(BYTES.subarray(0, 10)), { defer, dir, limit: '1mb' })
  for (const spooled of [one, two])
    await expect(spooled.moveTo(taken)).rejects.toMatchObject({ code: 'EEXIST' })
  await one.moveTo(large)
  await two.moveTo(small)
  expect(one.path).toBe(null)
  await expect(one.moveTo(`${large}2`)).rejects.toMatchObject({ code: 'request_aborted' })
  await expect(all(one.stream())).rejects.toMatchObject({ code: 'request_aborted' })
  await over()
  expect(BYTES.equals(readFileSync(large))).toBe(true)
  expect(BYTES.subarray(0, 10).equals(readFileSync(small))).toBe(true)
  expect(readFileSync(taken, 'utf8')).toBe('mine')
  expect(readdirSync(kept).sort()).toEqual(['large', 'small', 'taken'])
})

test('a read that goes on when the call is over ends, and holds no descriptor', {
  skip: process.platform !== 'linux',
}, async () => {
  const { defer, over, dir } = call()
  const open = (): number => readdirSync('/proc/self/fd').filter((fd) => linksTo(fd, dir)).length
  const kept = await spool(cut(BYTES), { defer, dir, limit: '1mb' })
  expect(open()).toBe(0)
  const reading = kept.stream()[Symbol.asyncIterator]()
  await reading.next()
  await kept.stream()[Symbol.asyncIterator]().next() // left without a word
  expect(open()).toBe(2)
  await over()
  expect(open()).toBe(0)
  await expect(reading.next()).rejects.toMatchObject({ code: 'request_aborted' })
})

test('what dead processes left is removed, and nothing else', {
  skip: process.platform === 'win32',
}, async () => {
  const { defer, over, dir } = call()
  const own = await spool(cut(BYTES), { defer, dir, limit: '1mb' })
  const [name] = readdirSync(dir) as [string]
  const dead = name.replace(`-${process.pid}-`, '-4194305-') // above what Linux gives
  const others = [
    dead.replace(/spool-[0-9a-f]{8}/, 'spool-00000000'),
    name.replace(`-${process.pid}-`, `-${process.ppid}-`),
    `${dead}x`,
    'hagaki-spool-notes',
  ]
  for (const one of [dead, ...others]) mkdirSync(join(dir, one))
  writeFileSync(join(dir, dead, 'file'), 'x')
  await removeStale(dir)
  expect(readdirSync(dir).sort()).toEqual([name, ...others].sort())
  expect(existsSync(own.path!)).toBe(true)
  await over()
})

test('a directory that somebody has cleared away is made anew', async () => {
  const { defer, over, dir } = call()
  const bytes = randomBytes(100_000)
  const some = (): Promise<unknown> => spool(cut(bytes), { defer, dir, limit: '1mb' })
  await some()
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true })
  await Promise.all([some(), some()])
  expect(files(dir)).toHaveLength(2)
  await over()
  expect(files(dir)).toEqual([])
})

test('sizes that are none are refused', async () => {
  const { defer, dir } = call()
  for (const options of [{ limit: 'much' }, { limit: 1, memory: -1 }])
    await expect(spool(cut(BYTES), { defer, dir, ...options })).rejects.toMatchObject({
      code: 'setup_faulty',
    })
})
