import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { WAIT_MS } from '../wait.ts'
import { childEnvironment, run } from './child.ts'

test('a program that ends with 0 has ended well, one that cannot start has not', async () => {
  expect(await run(process.execPath, ['-e', ''])).toEqual({ ok: true, kept: '' })
  expect(await run(process.execPath, ['-e', 'process.exit(3)'])).toEqual({ ok: false, kept: '' })
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await run('no-program-of-that-name', [])).toEqual({ ok: false, kept: '' })
  expect(said).toHaveBeenCalledWith(expect.stringContaining('Cannot start no-program-of-that-name'))
  said.mockRestore()
})

test('what is asked for is kept, and stdin is empty', async () => {
  const script = `process.stdin.on('end', () => console.log('end')).resume()`
  expect(await run(process.execPath, ['-e', script], { keep: 'stdout' })).toEqual({ ok: true, kept: 'end\n' })
})

test('children see no CI, and NO_COLOR where there is no terminal', () => {
  vi.stubEnv('FORCE_COLOR', '1')
  vi.stubEnv('CI', 'true')
  const env = childEnvironment()
  expect([env['CI'], env['NO_COLOR'], env['FORCE_COLOR']]).toEqual([undefined, '1', undefined])
  vi.unstubAllEnvs()
})

test('a signal ends what runs, and what that started, and then us', async () => {
  const child = new URL('./child.ts', import.meta.url).href
  const idle = `setInterval(() => {}, 1000)`
  const middle = `
    const { pid } = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle)}])
    console.log(pid)
    ${idle}`
  const script = `
    import { endChildrenOnSignals, run } from ${JSON.stringify(child)}
    endChildrenOnSignals()
    await run(process.execPath, ['-e', ${JSON.stringify(middle)}])`
  const us = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(us.stdout.setEncoding('utf8'), 'data')) as [string]
  us.kill('SIGINT')
  expect(await once(us, 'exit')).toEqual([130, null])
  await vi.waitFor(() => expect(() => process.kill(Number(line), 0)).toThrow('ESRCH'), WAIT_MS)
})
