import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { cpuNs, Family, parent, scheduled, ticked } from '../../bench/cpu.ts'
import { readLoad } from '../../bench/load.ts'
import { machine } from '../../bench/machine.ts'
import { progressOn } from '../../bench/progress.ts'
import { baseOf, SERVERS, WORKS } from '../../bench/works.ts'

const line = (more: object = {}): string =>
  `Running\n\n${JSON.stringify({ requests: 10, microseconds: 2_000_000, connect: 0, read: 0, write: 0, status: 0, timeout: 0, ...more })}\n`

test('the last line of wrk is read', () => {
  expect(readLoad(line())).toEqual({ requests: 10, seconds: 2, trouble: null })
})

test('any error is trouble, named in words', () => {
  expect(readLoad(line({ status: 3, timeout: 1 }))?.trouble).toBe('3 error statuses, 1 timeouts')
  for (const kind of ['connect', 'read', 'write', 'status', 'timeout'])
    expect(readLoad(line({ [kind]: 1 }))?.trouble, kind).toMatch(/^1 /)
  expect(readLoad(line({ requests: 0 }))?.trouble).toBe('no answer at all')
})

test('output without that line is none', () => {
  expect(readLoad('')).toBe(null)
  expect(readLoad('unable to connect\n')).toBe(null)
})

test('CPU time is what the scheduler counted, in nanoseconds', () => {
  expect(scheduled('123456789 42 7\n')).toBe(123_456_789)
})

test('without its counts it is user and system ticks, whatever the name of the program holds', () => {
  expect(ticked('7 (a) (b c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n')).toBe(230_000_000)
})

test('our own CPU time grows as we work; a system without /proc refuses', () => {
  if (process.platform !== 'linux') {
    expect(() => cpuNs(process.pid)).toThrow()
    return
  }
  const before = cpuNs(process.pid)
  const until = process.cpuUsage().user + 30_000
  while (process.cpuUsage().user < until);
  expect(cpuNs(process.pid)).toBeGreaterThan(before)
})

test('the parent is the second field behind the name', () => {
  expect(parent('7 (a) (b c) S 1 2 3\n')).toBe(1)
})

// A process whose child works for 50 ms and says so; both end with their input.
const WORKS_FOR_OTHERS = `
  const { spawn } = require('node:child_process')
  const work = 'while (process.cpuUsage().user < 50_000); console.log(1); process.stdin.resume()'
  spawn(process.execPath, ['-e', work], { stdio: 'inherit' })
`

test('what workers use counts, and still does when they are gone', async () => {
  if (process.platform !== 'linux') {
    expect(() => new Family(process.pid).cpuNs()).toThrow()
    return
  }
  const root = spawn(process.execPath, ['-e', WORKS_FOR_OTHERS], { stdio: ['pipe', 'pipe', 'inherit'] })
  const family = new Family(root.pid!)
  await once(root.stdout, 'data')
  const together = family.cpuNs()
  const [alone, own] = [cpuNs(root.pid!), new Family(process.pid).cpuNs()]
  expect(together - alone).toBeGreaterThanOrEqual(50_000_000)
  expect(own).toBeGreaterThanOrEqual(together)
  root.stdin.end()
  await once(root, 'close')
  expect(() => family.cpuNs()).toThrow()
})

test('the machine is named by its hardware alone', () => {
  expect(Object.keys(machine())).toEqual(['processor', 'cores', 'memoryGiB', 'system', 'node'])
  expect(machine().system).toMatch(/^\S+ [\d.]+$/)
})

test('each row takes part by names there are, with its base and its targets among them', () => {
  const names = SERVERS.map(({ name }) => name)
  for (const work of WORKS) {
    expect(names, work.name).toEqual(expect.arrayContaining([...work.servers]))
    expect(work.servers, work.name).toEqual(expect.arrayContaining([...work.quick, baseOf(work)]))
    for (const { of, against } of work.targets)
      expect(work.quick).toEqual(expect.arrayContaining([of, ...against]))
  }
})

test('on a terminal one line is written over; elsewhere each part is a line', () => {
  const seen: string[] = []
  const output = (isTTY: boolean) => ({ isTTY, columns: 10, write: (text: string) => seen.push(text) })
  const quiet = progressOn(output(false))
  quiet.step('step')
  quiet.part('part')
  quiet.end()
  expect(seen.splice(0)).toEqual(['part\n'])

  const live = progressOn(output(true))
  live.step('0123456789abc')
  live.end()
  expect(seen).toEqual(['\r\x1b[K012345678', '\r\x1b[K'])
})
