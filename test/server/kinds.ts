/**
 * The servers that the suite runs against, and how a test starts one.
 *
 * @module
 */
import type { App, Log } from 'hagaki'
import { onTestFinished } from 'vitest'
import { type Running, type ServeOptions, serve } from '../../src/server/serve.ts'

/** Every server that `serve` knows. Each runs the whole suite. */
export const SERVERS = ['http1', 'node-http'] as const satisfies readonly ServeOptions['server'][]
export type ServerKind = (typeof SERVERS)[number]

/** The release of Node that runs us: `node:http` differs between them. */
export const NODE: number = Number.parseInt(process.versions.node, 10)

/** True where a request that asks for an upgrade and has a body leaves its connection open. */
export function outlivesOffers(kind: ServerKind): boolean {
  return kind === 'http1' || NODE < 25
}

/** Serves `app` on a free port until the test is over. What it logs goes nowhere by default. */
export async function start(kind: ServerKind, app: App, options: ServeOptions = {}): Promise<Running> {
  const running = await serve(app, { port: 0, server: kind, log: new Logbook(), ...options })
  onTestFinished(() => running.close({ now: true }))
  return running
}

/** A log that keeps what it is told. */
export class Logbook implements Log {
  readonly errors: { readonly err?: unknown; readonly message: string }[] = []

  debug(): void {}
  info(): void {}
  warn(): void {}
  error(fields: object, message = ''): void {
    this.errors.push({ ...fields, message })
  }
}
