/** A process that has nothing else to do ends, whatever connections are kept. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runProgram } from '../process.ts'
import { OK, RawUpstream } from './raw-upstream.ts'

test('connections that idle, and checks, keep no process', async () => {
  const upstream = await RawUpstream.answering(OK)
  const program = `
    import { openApp, perform, remote, request, serverFacts } from 'hagaki'
    import { http } from 'hagaki/http'
    const far = remote(http(process.argv[1], { idleTimeout: '10m', health: '/' }))
    await openApp(far, serverFacts())
    const { status } = await perform(far, request('GET', '/'))
    console.log(status)
  `
  const flags = ['--conditions=hagaki-source', '--import', 'tsx', '--input-type=module', '-e', program]
  const ended = await runProgram(process.execPath, [...flags, upstream.url], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: process.env,
  })
  expect([ended.code, ended.stdout.trim(), ended.stderr]).toEqual([0, '200', ''])
})
