/** A worker program whose start fails at NATS, when callers have come over sockets already. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyText, perform, remote, request, silentLog, text } from 'hagaki'
import { socket } from 'hagaki/socket'
import { work } from 'hagaki/work'
import { expect, onTestFinished, test, vi } from 'vitest'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what is lost is logged

const INFO = { server_id: 'N', version: '2.10.0', proto: 1, max_payload: 65_536, auth_required: true }

test('a worker that is not let in by NATS ends the links that it has over sockets, and answers nobody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
  const at = `unix:${join(folder, 'notes.sock')}`
  let refuse = (): void => {}
  const refusing = new Promise<void>((resolve) => {
    refuse = resolve
  })
  const server = createServer((client) => {
    client.on('error', () => {}).write(`INFO ${JSON.stringify(INFO)}\r\n`)
    client.once('data', () => void refusing.then(() => client.write("-ERR 'Authorization Violation'\r\n")))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const calls = socket(at)
  onTestFinished(async () => {
    await calls.close()
    server.close()
    rmSync(folder, { recursive: true })
  })
  const over = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`
  const starting = work(() => text('fine'), { listen: at, over, name: 'notes', log: silentLog })
  const app = remote(calls)
  expect(bodyText(await perform(app, request('GET', '/')))).toBe('fine')
  refuse()
  await expect(starting).rejects.toMatchObject({ code: 'setup_faulty' })
  expect((await perform(app, request('GET', '/'))).status).toBe(503)
})
