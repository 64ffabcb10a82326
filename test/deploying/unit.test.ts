/** The unit of systemd in examples/deploying: its command line, its times, and what systemd says of it. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DEFAULT_LIMITS } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { parseCommand } from '../../src/cli/arguments.ts'

const UNIT = readFileSync(new URL('../../examples/deploying/shop.service', import.meta.url), 'utf8')
/** Milliseconds that are given to what is killed at the end of a drain: Python, and workers themselves. */
const KILLED_MS = 5_000

function setting(name: string): string {
  const found = [...UNIT.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))]
  expect(found, name).toHaveLength(1)
  return found[0]![1]!
}

test('its command line is one that hagaki takes', () => {
  const [program, ...args] = setting('ExecStart').split(' ')
  expect(program).toMatch(/^\/.*\/node_modules\/\.bin\/hagaki$/)
  const command = parseCommand(args, {})
  expect(command).toMatchObject({ name: 'serve', module: 'app.ts', environment: 'production', port: 9292 })
  expect(command).not.toMatchObject({ workers: null }) // HUP would end it
  expect(setting('ExecReload')).toBe('/bin/kill -HUP $MAINPID')
})

test('systemd waits for the drain, and for what is killed after it', () => {
  const seconds = /^(\d+)s$/.exec(setting('TimeoutStopSec'))?.[1]
  const { drainPauseMs, drainTimeoutMs } = DEFAULT_LIMITS
  expect(Number(seconds) * 1_000).toBeGreaterThanOrEqual(drainPauseMs + drainTimeoutMs + KILLED_MS)
  expect([setting('KillSignal'), setting('KillMode')]).toEqual(['SIGTERM', 'mixed'])
})

test('its lines are sections, comments, and settings that have a value', () => {
  for (const line of UNIT.split('\n')) expect(line).toMatch(/^($|#|\[\w+\]$|[A-Z]\w+=\S)/)
})

// Its word is to be had where it is installed; what the rules above say holds anywhere.
if (spawnSync('systemd-analyze', ['--version']).status === 0) {
  test('systemd finds nothing wrong with it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-unit-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const program = join(folder, 'node_modules/.bin/hagaki')
    mkdirSync(dirname(program), { recursive: true })
    writeFileSync(program, '#!/bin/sh\n')
    chmodSync(program, 0o755)
    const file = join(folder, 'shop.service')
    const complaints = (unit: string): string => {
      writeFileSync(file, unit)
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
      // Units of the machine are looked at along with it.
      return stderr
        .split('\n')
        .filter((line) => line.includes('shop.service'))
        .join('\n')
    }
    const unit = UNIT.replaceAll('/srv/shop/node_modules', `${folder}/node_modules`)
    expect(complaints(unit)).toBe('')
    expect(complaints(unit.replace('KillMode=mixed', 'KillMode=some'))).toMatch(/kill ?mode/i)
  })
}
