/** The command as it is typed, as far as it measures nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../checks/child.ts'
import { type Ended, runProgram } from '../process.ts'
import { HELLO, report } from './report.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hagaki-bench-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const bench = (...args: readonly string[]): Promise<Ended> =>
  runProgram(process.execPath, ['--import', 'tsx', join('bench', 'run.ts'), ...args], {
    cwd: ROOT,
    env: process.env,
  })

test('--help and --list answer on stdout and measure nothing', async () => {
  const [help, list] = await Promise.all([bench('--help'), bench('--list')])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toContain('Usage: npm run bench')
  expect(list).toMatchObject({ code: 0, stderr: '' })
  expect(list.stdout).toMatch(/^hello +hello, small head\n[^]*^kwatch /m)
})

test('arguments that make no sense end with 2 and one sentence on stderr', async () => {
  const { code, stdout, stderr } = await bench('--only', 'helo')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^There is no row helo: [^\n]+\n$/)
})

test('--draw makes the chart of a report', async () => {
  const [from, to] = [join(folder, 'a.json'), join(folder, 'a.svg')]
  writeFileSync(from, JSON.stringify(report([HELLO])))
  expect(await bench('--draw', from, '--chart', to)).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(to, 'utf8')).toContain('>hello, small head</text>')
})

test('--draw of what is no report says what is wrong with it', async () => {
  const from = join(folder, 'b.json')
  writeFileSync(from, '{"version":2}')
  const [other, none] = await Promise.all([bench('--draw', from), bench('--draw', join(folder, 'none.json'))])
  expect(other).toMatchObject({ code: 2, stdout: '' })
  expect(other.stderr).toBe(`Cannot draw ${from}: it is no report of this bench\n`)
  expect(none.code).toBe(2)
  expect(none.stderr).toMatch(/^Cannot draw .*none\.json: ENOENT/)
})
