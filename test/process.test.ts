import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { runProgram, Service } from './process.ts'

const PLACE = { cwd: process.cwd(), env: process.env }
const SERVER = `console.log('Listening', process.pid); setInterval(() => {}, 1000)`

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Until init has taken notice, it is still listed. */
async function gone(pid: number): Promise<void> {
  while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('a program gives its exit code and both outputs', async () => {
  expect(await runProgram('bash', ['-c', 'echo a; echo b >&2; exit 3'], PLACE)).toEqual({
    code: 3,
    stdout: 'a\n',
    stderr: 'b\n',
  })
})

test('a service is awaited until it listens, and ends with all it started', async () => {
  const service = await Service.start('bash', ['-c', 'node -e "$0"; true', SERVER], PLACE)
  const pid = Number(/Listening (\d+)/.exec(service.output)![1])
  expect(lives(pid)).toBe(true)
  await service.end()
  await gone(pid)
})

test('a service that ends before it listens is refused, with what it wrote', async () => {
  await expect(Service.start('bash', ['-c', 'echo why; exit 4'], PLACE)).rejects.toThrow(
    'it ended with 4\nwhy',
  )
})

test('a service ends when whoever started it is gone, even without a word', async () => {
  const starter = `
    import { Service } from ${JSON.stringify(new URL('./process.ts', import.meta.url).href)}
    const service = await Service.start('node', ['-e', ${JSON.stringify(SERVER)}], { cwd: '.', env: process.env })
    console.log(service.output)`
  const parent = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', starter], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string]
  const pid = Number(/Listening (\d+)/.exec(line)![1])
  expect(lives(pid)).toBe(true)
  parent.kill('SIGKILL')
  await gone(pid)
})
