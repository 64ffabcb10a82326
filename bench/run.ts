/**
 * `npm run bench`: measures, prints the table, writes the figures, draws the chart.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Choice, choose, HELP } from './arguments.ts'
import { chart, isShown } from './chart.ts'
import { FILES, PROCESS_FULL, PROCESS_QUICK, runFile } from './in-process.ts'
import { machine } from './machine.ts'
import { measure, type Surroundings } from './measure.ts'
import { measureMemory } from './memory.ts'
import { buildHagaki, installPeers, withoutLoad, workFolder } from './prepare.ts'
import { type Progress, progressOn } from './progress.ts'
import { judge, type Report, type Row, readReport } from './report.ts'
import { FULL, QUICK } from './rounds.ts'
import { table } from './table.ts'
import { FILE } from './verify.ts'
import { baseOf, WORKS, type Work } from './works.ts'

const ROWS = [...WORKS.map(({ name }) => name), ...Object.values(FILES).flat()]

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Whatever was started ends with us.
  process.once(signal, () => process.exit(128 + constants.signals[signal]))
}

const LONG = WORKS.filter(({ long }) => long === true).map(({ name }) => name)

const choice = choose(process.argv.slice(2), ROWS, LONG)
switch (choice.kind) {
  case 'help':
    console.log(HELP)
    break
  case 'list':
    for (const { name, title } of WORKS) console.log(`${name.padEnd(12)}${title}`)
    for (const name of Object.values(FILES).flat()) console.log(`${name.padEnd(12)}in process`)
    break
  case 'wrong':
    console.error(choice.sentence)
    process.exitCode = 2
    break
  case 'draw':
    draw(choice.from, choice.chart)
    break
  case 'run':
    await run(choice)
}

function draw(from: string, to: string | null): void {
  try {
    const report = readReport(readFileSync(from, 'utf8'))
    write(to ?? place('docs/bench.svg'), chart(report))
  } catch (error) {
    console.error(`Cannot draw ${from}: ${(error as Error).message}`)
    process.exitCode = 2
  }
}

async function run({ rows: names, quick, json, chart: svg }: Choice & { kind: 'run' }): Promise<void> {
  const progress = progressOn(process.stderr)
  const date = new Date().toISOString()
  try {
    installPeers(progress.part)
    buildHagaki(progress.part)
    const rows = [
      ...(await overSockets(names, quick, progress)),
      ...(await inProcess(names, quick, progress)),
    ]
    progress.end()
    const report: Report = { version: 1, date, quick, machine: machine(), rows }
    console.log(table(report))
    const whole = !quick && rows.length === ROWS.length
    const stem = whole ? 'docs/bench' : 'bench/results'
    write(json ?? place(`${stem}.json`), `${JSON.stringify(report, rounded, 2)}\n`)
    if (rows.some(isShown)) write(svg ?? place(`${stem}.svg`), chart(report))
    if (rows.some(({ figures }) => figures.some(({ failed }) => failed))) process.exitCode = 1
  } catch (error) {
    progress.end()
    console.error((error as Error).message)
    process.exitCode = 1
  }
}

async function overSockets(names: readonly string[], quick: boolean, progress: Progress): Promise<Row[]> {
  const works = WORKS.filter(({ name }) => names.includes(name))
  if (works.length === 0) return []
  const without = withoutLoad()
  if (without !== null) {
    progress.end()
    console.error(`${without}\nLeft out: ${works.map(({ name }) => name).join(', ')}\n`)
    return []
  }
  const around: Surroundings = {
    pace: quick ? QUICK : FULL,
    folder: workFolder(FILE),
    progress: progress.step,
  }
  const rows: Row[] = []
  for (const work of works) {
    progress.part(`${work.name}: ${work.title}`)
    rows.push(await row(work, quick, around))
  }
  return rows
}

async function row(work: Work, quick: boolean, around: Surroundings): Promise<Row> {
  const names = quick ? work.quick : work.servers
  const figures = await (work.script === null ? measureMemory : measure)(work, names, around)
  const targets = work.targets.map((target) => judge(target, figures))
  const unit = work.script === null ? 'KiB per connection' : 'CPU µs per request'
  return { name: work.name, title: work.title, unit, base: baseOf(work), figures, targets }
}

async function inProcess(names: readonly string[], quick: boolean, progress: Progress): Promise<Row[]> {
  const run = async ([file, all]: [string, readonly string[]]): Promise<readonly Row[]> => {
    const asked = all.filter((name) => names.includes(name))
    if (asked.length === 0) return []
    progress.part(`${asked.join(', ')}: in process`)
    return runFile(file, asked, quick ? PROCESS_QUICK : PROCESS_FULL)
  }
  const files = Object.entries(FILES)
  // Their CPU time is told from that of others, if roughly.
  if (quick) return (await Promise.all(files.map(run))).flat()
  const rows: Row[] = []
  for (const file of files) rows.push(...(await run(file)))
  return rows
}

function place(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url))
}

function write(path: string, text: string): void {
  writeFileSync(path, text)
  console.log(`Written: ${relative(process.cwd(), path) || path}`)
}

/** Four digits that count: more would only look exact. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}
