/** What processes leave of what they spooled: nothing, or until the next one. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spool } from 'hagaki/spool'
import { expect, onTestFinished, test } from 'vitest'

const SPOOL = new URL('../../src/spool/spool.ts', import.meta.url).href

/** A process that has spooled a file below `dir` in the middle of a call, and waits. */
async function spooling(dir: string): Promise<ChildProcess> {
  const program = join(dir, 'program.ts')
  writeFileSync(
    program,
    `import { spool } from ${JSON.stringify(SPOOL)}
     const bytes = (async function* () { yield new Uint8Array(100_000) })()
     await spool(bytes, { defer: () => {}, dir: ${JSON.stringify(join(dir, 'spool'))}, limit: '1mb' })
     process.send!('spooled')
     process.once('message', () => process.exit())`,
  )
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = fork(program, {
    execArgv: ['--import', new URL('../typescript.mjs', import.meta.url).href],
    env,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

test('a process that ends takes its directory along; what a killed one left the next one removes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hagaki-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const parent = join(dir, 'spool')
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  mkdirSync(parent)

  const ending = await spooling(dir)
  expect(readdirSync(parent)).toHaveLength(1)
  const ended = once(ending, 'exit')
  ending.send('end')
  await ended
  expect(readdirSync(parent)).toEqual([])

  const killed = await spooling(dir)
  const gone = once(killed, 'exit')
  killed.kill('SIGKILL')
  await gone
  const [left] = readdirSync(parent)
  const living = await spooling(dir)
  const names = readdirSync(parent)
  expect(names).toHaveLength(1)
  expect(names).not.toContain(left)

  // Another one's stays while it lives.
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(100_000)
  }
  const tasks: (() => unknown)[] = []
  const defer = (task: () => unknown): void => void tasks.push(task)
  await spool(bytes(), { defer: defer as never, dir: parent, limit: '1mb' })
  expect(readdirSync(parent)).toHaveLength(2)
  await Promise.all(tasks.map((task) => task()))
  living.kill('SIGKILL')
})
