/**
 * A road over NATS for one test: a server, workers, a gateway, all of which end with it.
 *
 * @module
 */
import {
  type App,
  closeApp,
  openApp,
  perform,
  type RequestParts,
  type ResponseValue,
  remote,
  request,
  serverFacts,
  silentLog,
} from 'hagaki'
import { type NatsOptions, type NatsTransport, nats } from 'hagaki/nats'
import { type Working, type WorkOptions, work } from 'hagaki/work'
import { onTestFinished } from 'vitest'
import { NatsServer } from './server.ts'

/** A server, with lines of configuration besides. */
export async function started(
  config?: string,
  files?: Readonly<Record<string, string>>,
): Promise<NatsServer> {
  return NatsServer.start(onTestFinished, config, files)
}

/** A worker in this process, of the app "notes". */
export async function worked(
  url: string | readonly string[],
  app: App,
  options: Partial<WorkOptions> = {},
): Promise<Working> {
  const working = await work(app, { over: url, name: 'notes', log: silentLog, ...options })
  onTestFinished(async () => {
    void working.close()
    await working.close({ now: true })
  })
  return working
}

/** What calls it. */
export async function gateway(
  url: string | readonly string[],
  options: NatsOptions = {},
): Promise<{ readonly app: App; readonly transport: NatsTransport }> {
  const transport = nats(url, 'notes', options)
  const app = remote(transport)
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return { app, transport }
}

/** Asks an app, by GET where nothing else is said. */
export function get(
  app: App,
  path: string,
  parts: RequestParts & { method?: string } = {},
): Promise<ResponseValue> {
  const { method = 'GET', ...rest } = parts
  return perform(app, request(method, path, rest))
}
