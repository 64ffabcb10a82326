import { expect, test } from 'vitest'
import { choose, HELP } from '../../bench/arguments.ts'

const ROWS = ['hello', 'json', 'memory']

test('without arguments the whole bench runs', () => {
  expect(choose([], ROWS)).toEqual({ kind: 'run', rows: ROWS, quick: false, json: null, chart: null })
})

test('--only takes rows in their own order, with commas or repeated', () => {
  for (const args of [
    ['--only', 'memory,hello'],
    ['--only', ' memory , hello,'],
    ['--only', 'hello', '--only=memory'],
  ]) {
    expect(choose(args, ROWS)).toMatchObject({ kind: 'run', rows: ['hello', 'memory'] })
  }
})

test('files are named by --json and --chart', () => {
  expect(choose(['--quick', '--json', 'a.json', '--chart=b.svg'], ROWS)).toEqual({
    kind: 'run',
    rows: ROWS,
    quick: true,
    json: 'a.json',
    chart: 'b.svg',
  })
})

test('a quick run leaves out what takes long, unless that is named', () => {
  expect(choose(['--quick'], ['hello', 'nats'], ['nats'])).toMatchObject({ rows: ['hello'] })
  expect(choose(['--quick', '--only', 'nats'], ['hello', 'nats'], ['nats'])).toMatchObject({ rows: ['nats'] })
  expect(choose([], ['hello', 'nats'], ['nats'])).toMatchObject({ rows: ['hello', 'nats'] })
})

test('--draw measures nothing, so it goes with --chart alone', () => {
  expect(choose(['--draw', 'a.json'], ROWS)).toEqual({ kind: 'draw', from: 'a.json', chart: null })
  expect(choose(['--draw', 'a.json', '--chart', 'b.svg'], ROWS)).toMatchObject({ chart: 'b.svg' })
  for (const other of [['--quick'], ['--only', 'hello'], ['--json', 'b.json']]) {
    expect(choose(['--draw', 'a.json', ...other], ROWS).kind).toBe('wrong')
  }
})

test('help and list win over everything else', () => {
  expect(choose(['--help', '--quick'], ROWS)).toEqual({ kind: 'help' })
  expect(choose(['-h'], ROWS)).toEqual({ kind: 'help' })
  expect(choose(['--list', '--only', 'nothing'], ROWS)).toEqual({ kind: 'list' })
})

test('what makes no sense is told in a sentence that leads to --help', () => {
  for (const [args, part] of [
    [['--fast'], "'--fast'"],
    [['hello'], "'hello'"],
    [['--only', 'helo'], 'There is no row helo: there are hello, json, memory.'],
    [['--only', ','], '--only names no row'],
    [['--only'], '--only'],
    [['--json', ''], '--json is the name of a file'],
    [['--quick=yes'], '--quick'],
  ] as const) {
    const choice = choose(args, ROWS)
    expect(choice.kind, args.join(' ')).toBe('wrong')
    const { sentence } = choice as { sentence: string }
    expect(sentence).toContain(part)
    expect(sentence).toMatch(/npm run bench -- --help tells what there is\.$/)
    expect(sentence).not.toContain('\n')
  }
})

test('the help names every option', () => {
  for (const flag of ['--quick', '--only', '--json', '--chart', '--draw', '--list', '--help'])
    expect(HELP).toContain(flag)
})
