/** The fuzzer itself: that it finds what is there to be found, and that what it reports is true. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { bundle } from './bundle.ts'
import { coverage, HITS } from './coverage.ts'
import { hunt } from './hunt.ts'
import { instrument } from './instrument.ts'
import { loop } from './loop.ts'
import { mutations } from './mutate.ts'
import { octetsOf } from './octets.ts'
import { row } from './paste.ts'
import { chance } from './random.ts'
import { Broken, type Target } from './target.ts'
import { TARGETS } from './targets.ts'

/** Runs a target whose checks count into `hits` by themselves. */
const run = (check: Target['check'], hits: Uint16Array = new Uint16Array(8), iterations = 20_000, seed = 1) =>
  loop({
    target: { name: 'a', holds: 'b', seeds: ['seed'], words: [], check },
    coverage: coverage(hits),
    chance: chance(seed),
    words: [],
    goesOn: (progress) => progress.iterations < iterations,
  })

test.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s holds for its own seeds',
  async (_, target) => {
    expect(target.seeds.length).toBeGreaterThan(0)
    for (const seed of ['', ...target.seeds, ...target.words]) await target.check(octetsOf(seed))
  },
)

test('every target has a name of its own', () => {
  expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length)
})

test('what does not hold is found, and made short', async () => {
  const { failure } = await run((octets) => {
    if (octets.includes(0x0d) && octets.length > 2) throw new Broken('no CR', '')
  })
  expect(failure!.error.message).toContain('no CR')
  expect(failure!.input).toHaveLength(3)
})

test('coverage leads where chance alone does not: octet after octet of a word', async () => {
  const hits = new Uint16Array(8)
  const check = (counts: boolean) => (octets: Uint8Array) => {
    for (let at = 0; at < 4; at++) {
      if (octets[at] !== '\x03\x8a\xf1\x5c'.charCodeAt(at)) return
      if (counts) hits[at]!++
    }
    throw new Broken('not that word', '')
  }
  expect((await run(check(true), hits, 200_000)).failure?.input).toEqual(octetsOf('\x03\x8a\xf1\x5c'))
  expect((await run(check(false), hits, 20_000)).failure).toBeNull()
})

test('a target that changes its octets has failed', async () => {
  const { failure } = await run((octets) => {
    octets[0] = 0
  })
  expect(failure!.error.message).toContain('octets are not changed')
})

test('equal seeds give equal inputs, others give others', () => {
  const made = (seed: number): string[] => {
    const [dice, mutate] = [chance(seed), mutations(['word'])]
    return Array.from({ length: 20 }, () => String(mutate(dice, octetsOf('abc'), octetsOf('def'))))
  }
  expect(made(1)).toEqual(made(1))
  expect(made(1)).not.toEqual(made(2))
})

test('instrumented code does what it did, on the same lines, and counts each branch on its own', async () => {
  const text = [
    'export function f(x: number, o?: { a: () => number }): unknown {',
    '  if (x > 1) return x > 2 ? "two" + (x > 3 ? "!" : ".") : "one"',
    '  else for (const y of [1, 2]) x += y',
    '  switch (x) { case 3: { x = 0; break } case 4: x = -1; default: x++ }',
    '  try { if (x === 0) throw 1 } catch { x = 9 }',
    '  const add = (y: number) => ({ y: y as number })',
    '  return x && (o?.a() ?? add(x).y)',
    '}',
  ].join('\n')
  const made = instrument('a.ts', text, 0)
  expect(made.text.split('\n')).toHaveLength(8)
  expect(made.words).toEqual(['two', 'one'])
  const load = async (source: string): Promise<(x: number, o?: object) => unknown> => {
    const { code } = await transform(source, { loader: 'ts', format: 'esm' })
    const url = `data:text/javascript,${encodeURIComponent(code)}`
    return ((await import(/* @vite-ignore */ url)) as { f: (x: number, o?: object) => unknown }).f
  }
  const [plain, counting] = [await load(text), await load(made.text)]
  const hits = (globalThis as unknown as Record<string, Uint16Array>)[HITS]!
  const reached = new Set<string>()
  for (const x of [-4, -3, -1, 0, 1, 2, 3, 4]) {
    for (const o of [undefined, { a: () => 7 }, { a: () => null }]) {
      hits.fill(0)
      expect(counting(x, o)).toEqual(plain(x, o))
      reached.add(String(hits.subarray(0, made.next)))
    }
  }
  expect(reached.size, 'ways through it').toBeGreaterThan(8)
})

test('sources are counted as they are bundled, and a thread that cannot go on is a failure', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-fuzz-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const made = await bundle(folder)
  expect(made.places).toBeGreaterThan(500)
  const held = await hunt(made, 'http1', 1, 0.5, () => {})
  expect(held).toMatchObject({ name: 'http1', failure: null })
  expect(held.reached).toBeGreaterThan(50)
  expect((await hunt(made, 'nobody', 1, 0.5, () => {})).failure).not.toBeNull()
})

test('a failing input is printed as a row that stands for it', () => {
  const input = octetsOf("a'\\\r\n\t\0\x7f\xff")
  const printed = row('http1', input)
  expect(printed).toBe("  ['http1', 'a\\'\\\\\\r\\n\\t\\x00\\x7f\\xff'],")
})
