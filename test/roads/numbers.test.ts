/** What becomes of a link all of whose numbers are used: here there are three, elsewhere 4,294,967,295. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type App,
  bodyText,
  closeApp,
  openApp,
  perform,
  remote,
  request,
  serverFacts,
  silentLog,
  text,
} from 'hagaki'
import { nats } from 'hagaki/nats'
import { socket } from 'hagaki/socket'
import { type WorkOptions, work } from 'hagaki/work'
import { expect, onTestFinished, test, vi } from 'vitest'
import { NatsServer } from '../nats/server.ts'

vi.mock('../../src/wire/frames/frame.ts', async (original) => ({
  ...(await original<object>()),
  MAX_CALL: 3,
}))
vi.spyOn(console, 'error').mockImplementation(() => {}) // what is lost is logged

test('over a socket another link takes over, and every call is answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const at = `unix:${join(folder, 'notes.sock')}`
  await working({ listen: at })
  await answersMany(remote(socket(at)))
})

test('over NATS the worker is linked to anew, and every call is answered', async () => {
  const { url } = await NatsServer.start(onTestFinished)
  await working({ over: url, name: 'notes' })
  await answersMany(remote(nats(url, 'notes')))
})

async function working(options: WorkOptions): Promise<void> {
  const program = await work((_method, path) => text(path), { log: silentLog, ...options })
  onTestFinished(() => program.close({ now: true }))
}

async function answersMany(app: App): Promise<void> {
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  const paths = Array.from({ length: 7 }, (_, at) => `/${at}`)
  const answers = await Promise.all(paths.map((path) => perform(app, request('POST', path))))
  expect(answers.map(bodyText)).toEqual(paths)
}
