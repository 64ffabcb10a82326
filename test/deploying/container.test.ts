/** The Containerfile in examples/deploying: its commands, as a container's first process where one can be made. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { DEFAULT_LIMITS } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { parseCommand } from '../../src/cli/arguments.ts'
import type { Command } from '../../src/cli/command.ts'
import { Place } from '../cli/command.ts'
import { freePort } from '../free-port.ts'

const FILE = readFileSync(new URL('../../examples/deploying/Containerfile', import.meta.url), 'utf8')
/** Docker and Podman wait so long before they kill, unless told otherwise. */
const PATIENCE_MS = 10_000

const APP = `export default () => [200, 'text/plain', {}, process.pid + ' ' + process.env.NODE_ENV]`

/** The words of CMD, in its form without a shell: of the container itself, and of its check. */
function words(of: RegExp): string[] {
  const found = of.exec(FILE)
  expect(found, String(of)).not.toBeNull()
  return JSON.parse(found![1]!) as string[]
}

const RUN = /^CMD (\[.*\])$/m
const CHECK = /^HEALTHCHECK .*\n\s+CMD (\[.*\])$/m

test('its command line is one that hagaki takes, for every address, and drains before it would be killed', () => {
  const [program, ...args] = words(RUN)
  expect(program).toBe('node_modules/.bin/hagaki')
  const serve = parseCommand(args, {}) as Extract<Command, { name: 'serve' }>
  expect(serve).toMatchObject({ name: 'serve', host: '0.0.0.0', environment: 'production' })
  const { drainPauseMs, drainTimeoutMs } = { ...DEFAULT_LIMITS, ...serve.limits }
  expect(drainPauseMs + drainTimeoutMs + 3_000).toBeLessThan(PATIENCE_MS)
  expect(FILE).toContain('\nSTOPSIGNAL SIGTERM\n')
  expect(FILE.lastIndexOf('\nUSER node\n')).toBeLessThan(FILE.lastIndexOf('\nCMD '))
})

test('as the first process it answers its check, and ends in order when it is told to stop', async () => {
  const place = new Place(onTestFinished, { 'app.ts': APP })
  const port = await freePort()
  const [program, ...args] = words(RUN)
  const own = [program!, ...args, '--port', String(port)]
  // A namespace of its own makes it process 1, whose signals do nothing that it does not ask for.
  const first = canUnshare() ? ['unshare', '--pid', '--fork', '--kill-child', ...own] : own
  const { NODE_ENV: _, ...env } = process.env
  const child = spawn(first[0]!, first.slice(1), {
    cwd: place.folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')

  const body = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  expect(body).toMatch(canUnshare() ? /^1 production$/ : /^\d+ production$/)
  const healthy = (): number | null => {
    const [node, ...rest] = words(CHECK).map((word) => word.replaceAll('9292', String(port)))
    return spawnSync(node!, rest).status
  }
  expect(healthy()).toBe(0)
  const ended = once(child, 'exit')
  stop(child.pid!)
  expect((await ended)[0]).toBe(0)
  expect(healthy()).toBe(1)
})

function canUnshare(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0
}

/** To the program itself: unshare passes nothing on. */
function stop(pid: number): void {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  const inner = Number.parseInt(stdout, 10)
  process.kill(canUnshare() && inner > 0 ? inner : pid, 'SIGTERM')
}
