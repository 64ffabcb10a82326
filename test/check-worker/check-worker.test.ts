/**
 * `hagaki check-worker`: workers that keep the rules pass, written in Perl from the spec alone and our
 * own in Python and Ruby; each broken rule is told by the row of that rule, and by no other.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { perl, python, ruby } from '../../scripts/needs.ts'
import { type CandidateCommand, checkWorker, ROWS } from '../../src/check-worker/check-worker.ts'
import { printRows } from '../../src/check-worker/spec.ts'
import { HELLO, PING } from '../../src/wire/frames/frame.ts'
import { hagaki, Place } from '../cli/command.ts'
import { MUTANTS } from './mutants.ts'

const HERE = new URL('.', import.meta.url)
const TOY = fileURLToPath(new URL('toy.pl', HERE))
const RUN = fileURLToPath(new URL('../../workers/python/run.py', HERE))
const NAMES = ROWS.map(({ name }) => name)
const PATIENCE_MS = 10_000

test('a worker that was written from the spec alone keeps every rule', async () => {
  expect(await brokenBy({ command: perl(), args: [TOY], patienceMs: PATIENCE_MS })).toEqual([])
})

test('the Python worker keeps every rule', async () => {
  const args = [RUN, 'wsgi', 'echo_app:app']
  const cwd = fileURLToPath(HERE)
  expect(await brokenBy({ command: python(), args, cwd, patienceMs: 30_000 })).toEqual([])
}, 300_000)

test('the Ruby worker keeps every rule', async () => {
  const args = [fileURLToPath(new URL('../../workers/ruby/run.rb', HERE)), 'rack', 'echo_app.ru']
  const cwd = fileURLToPath(HERE)
  expect(await brokenBy({ command: ruby(), args, cwd, patienceMs: 30_000 })).toEqual([])
}, 300_000)

// Each mutant is in two groups, and shares no more than one with another: when every group breaks just
// its own rows, each mutant breaks its own row alone.
const WIDTH = 9
const GROUPS = Array.from({ length: WIDTH }, (_, at) => [
  NAMES.filter((_, index) => index % WIDTH === at),
  NAMES.slice(at * WIDTH, (at + 1) * WIDTH),
])
  .flat()
  .filter((names) => names.length > 0)

test('there is a mutant for each row', () => {
  expect(Object.keys(MUTANTS).toSorted()).toEqual(NAMES.toSorted())
  expect(NAMES.length).toBeLessThanOrEqual(WIDTH * WIDTH)
})

// At once: they mostly wait for what does not come.
for (const names of GROUPS) {
  test.concurrent(`mutants break the row of their rule, and no other: ${names.join(', ')}`, async ({
    expect,
    onTestFinished,
  }) => {
    const toy = names.reduce((text, name) => mutated(text, name), readFileSync(TOY, 'utf8'))
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-mutant-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'mutant.pl')
    writeFileSync(file, toy)
    const broken = await brokenBy({ command: perl(), args: [file], patienceMs: PATIENCE_MS })
    expect(broken.filter(({ name }) => !names.includes(name))).toEqual([])
    expect(broken.map(({ name }) => name)).toEqual(NAMES.filter((name) => names.includes(name)))
    for (const { said } of broken) expect(said).toMatch(/expected .+; seen .+/)
  })
}

test('a worker that does not stop sending is told, and no more of it is kept', async () => {
  const flood = `
    const frame = (type, payload) => {
      const head = Buffer.alloc(9)
      head.writeUInt32BE(5 + payload.length)
      head[4] = type
      return Buffer.concat([head, payload])
    }
    const hello = JSON.stringify({ v: 1, role: 'worker', name: 'flood', inline: 0 })
    process.stdout.write(frame(${HELLO}, Buffer.from(hello)))
    const pings = Buffer.concat(Array.from({ length: 5_000 }, () => frame(${PING}, Buffer.alloc(4))))
    const send = () => process.stdout.write(pings, send)
    send()`
  const command = { command: process.execPath, args: ['-e', flood], patienceMs: PATIENCE_MS }
  const broken: (string | null)[] = []
  const rows = ROWS.filter(({ name }) => name === 'ping')
  for await (const verdict of checkWorker(command, rows)) broken.push(verdict.broken)
  expect(broken).toEqual([
    expect.stringMatching(/^expected .+; seen more than 65,536 frames, or more than 16 MiB$/),
  ])
})

test('every vector that is sent to workers is in one row', () => {
  const file = new URL('../../spec/vectors/frames.json', HERE)
  const { faulty, sound } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Vector[]>
  const sent = [...faulty!, ...sound!].filter(({ to }) => to === 'worker').map(({ name }) => name)
  expect(ROWS.flatMap(({ vectors }) => vectors).toSorted()).toEqual(sent.toSorted())
})

test('spec/check-worker.md has the rows: run `npm run spec`', () => {
  const page = readFileSync(new URL('../../spec/check-worker.md', HERE), 'utf8')
  expect(printRows(page)).toBe(page)
  expect(new Set(NAMES).size).toBe(NAMES.length)
})

test('hagaki check-worker prints a line for each row, and ends with 0', async ({ onTestFinished }) => {
  const place = new Place(onTestFinished)
  const { status, stdout } = await hagaki(place, [
    ...['check-worker', '--only', 'hello,echo,hello-once', '--', perl(), TOY],
  ])
  expect([status, stdout]).toEqual([
    0,
    'pass  hello\npass  hello-once\npass  echo\nhagaki: 3 of 3 rules are kept\n',
  ])
})

test('hagaki check-worker says what was expected and what came, and ends with 1', async ({
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, { 'mutant.pl': mutated(readFileSync(TOY, 'utf8'), 'echo') })
  const { status, stdout } = await hagaki(place, [...['check-worker', '--only', 'echo', perl(), 'mutant.pl']])
  expect([status, stdout]).toEqual([
    1,
    'FAIL  echo  expected the fields echo-method: PUT and echo-path: /echo/a/b; seen PUT /echo\n' +
      '      A response has status, type and fields in its head, and a small body beside it. (frames.md, Calls)\n' +
      'hagaki: 0 of 1 rules are kept\n',
  ])
})

test('hagaki check-worker lists its rows, and refuses what it cannot do', async ({ onTestFinished }) => {
  const place = new Place(onTestFinished)
  const table: [args: string[], status: number, said: RegExp][] = [
    [['--list'], 0, /^hello +The first frame is hello, with v, role, name and inline\.\n/],
    [[], 2, /^hagaki: which program\? Write: hagaki check-worker -- python3 worker\.py\n/],
    [['--only', 'hullo', 'true'], 2, /^hagaki: there is no row "hullo": did you mean hello\?\n/],
    [['--patience', 'soon', 'true'], 2, /^hagaki: --patience "soon" is no time: use such as 5s\n/],
    [['--', './no-such-program'], 1, /^hagaki: \.\/no-such-program: spawn .* ENOENT\. /],
  ]
  await Promise.all(
    table.map(async ([args, status, said]) => {
      const ended = await hagaki(place, ['check-worker', ...args])
      expect([ended.status, ended.stdout + ended.stderr]).toEqual([status, expect.stringMatching(said)])
    }),
  )
})

interface Vector {
  readonly name: string
  readonly to: string
}

async function brokenBy(command: CandidateCommand): Promise<{ name: string; said: string }[]> {
  const broken: { name: string; said: string }[] = []
  for await (const { row, broken: said } of checkWorker(command))
    if (said !== null) broken.push({ name: row.name, said })
  return broken
}

function mutated(text: string, name: string): string {
  return MUTANTS[name]!.reduce((before, [find, put]) => {
    const parts = before.split(find)
    expect(parts.length, `${name}: how often the worker has ${find}`).toBe(2)
    return parts.join(put)
  }, text)
}
