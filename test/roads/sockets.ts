/**
 * Worker programs on sockets, in this process, and callers of theirs.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type App,
  bodyText,
  closeApp,
  openApp,
  perform,
  type RequestParts,
  type ResponseValue,
  remote,
  request,
  serverFacts,
  silentLog,
  stream,
  text,
} from 'hagaki'
import { type SocketOptions, socket } from 'hagaki/socket'
import { type Working, type WorkOptions, work } from 'hagaki/work'
import { onTestFinished } from 'vitest'
import { selfSigned } from '../server/certificate.ts'
import { Seen } from './seen.ts'
import { user } from './user.ts'

export const ours = selfSigned()

export const LARGE = 700_000
export const told: App = async (method, path, _headers, options) => {
  if (path === '/length') return text(String((await options.input.bytes()).length))
  if (path === '/stream') return [200, null, {}, stream(['x'.repeat(LARGE), 'end'])]
  if (path === '/who')
    return text(`${options.get(user) ?? 'nobody'} at ${options.client}, ${options.protocol}`)
  return text(`${method} ${path}`)
}

export interface At {
  readonly at: string
  readonly close: Working['close']
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-socket-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** An app whose calls never end, and the path of each that has begun. */
export function hangs(): { readonly app: App; readonly begun: Seen<string> } {
  const begun = new Seen<string>()
  return { app: (_method, path) => (begun.add(path), new Promise<never>(() => {})), begun }
}

/** A worker program in this process; by default on a unix socket. */
export async function working(app: App, options: Partial<WorkOptions> = {}): Promise<At> {
  const listen = `unix:${join(folder(), 'app.sock')}`
  const running = await work(app, { listen, log: silentLog, ...options })
  onTestFinished(async () => {
    void running.close()
    await running.close({ now: true })
  })
  return { at: running.addresses[0]!, close: (how) => running.close(how) }
}

export async function listening(listener: Server): Promise<string> {
  const path = join(folder(), 'relay.sock')
  const sockets = new Set<Socket>()
  listener.on('connection', (one) => void sockets.add(one))
  await new Promise<void>((resolve) => listener.listen(path, resolve))
  onTestFinished(() => {
    for (const one of sockets) one.destroy()
    listener.close()
  })
  return `unix:${path}`
}

export async function calling(at: string, options: SocketOptions = {}): Promise<App> {
  const app = remote(socket(at, options))
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return app
}

export function ask(
  app: App,
  method: string,
  path: string,
  parts: RequestParts = {},
): Promise<ResponseValue> {
  return perform(app, request(method, path, parts))
}

export function problem(answer: ResponseValue): string {
  return bodyText(answer) ?? ''
}
