/** Lines of `log` on the standard output of a process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

const PROGRAM = fileURLToPath(new URL('log-server.ts', import.meta.url))

/** Starts a server that logs; its port is the first line on standard error. */
async function started(): Promise<{ readonly child: ChildProcess; readonly client: WireClient }> {
  const args = ['--conditions=hagaki-source', '--import', 'tsx', PROGRAM]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [port] = (await once(createInterface(child.stderr!), 'line')) as [string]
  return { child, client: await WireClient.connect(Number(port)) }
}

test('where the server has no log of its own, lines go to standard output, as JSON to a pipe', async () => {
  const { child, client } = await started()
  const lines = createInterface(child.stdout!)
  const come = once(lines, 'line')
  await client.ask(head('GET /a'))
  const [line] = (await come) as [string]
  expect(JSON.parse(line)).toEqual(expect.objectContaining({ level: 'info', path: '/a', status: 200 }))
})

test('a reader that goes away ends neither the process nor a request', async () => {
  const { child, client } = await started()
  child.stdout!.destroy()
  for (let times = 0; times < 20; times++) expect((await client.ask(head('GET /a'))).status).toBe(200)
  expect(child.exitCode).toBeNull()
})
