/**
 * Uploads that fill a memory budget, and an app that keeps them.
 *
 * @module
 */
import { type App, text } from 'hagaki'
import { onTestFinished } from 'vitest'
import { promised } from './promised.ts'
import { WireClient, type WireResponse } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

export const KB = 1024
/** Of 6 MiB: bodies may take 3, small ones 768 KiB of their own, what has arrived of those who wait as much. */
export const BUDGET = '6mb'
export const LARGEST = 3 * KB * KB
export const LIMITS = { body: 16 * KB * KB, budgetTimeoutMs: 20_000 }

export const count: App = async (_method, _path, _headers, { input }) =>
  text(String((await input.bytes()).length))

/** An app that keeps what it has read until it is told to go on. */
export function keeping(): { app: App; read: Promise<void>; go(): void } {
  const [read, go] = [promised(), promised()]
  const app: App = async (method, path, headers, options, server) => {
    const result = await count(method, path, headers, options, server)
    if (path === '/keep') {
      read.resolve()
      await go.promise
    }
    return result
  }
  onTestFinished(() => go.resolve())
  return { app, read: read.promise, go: () => go.resolve() }
}

export const upload = (size: number, path = '/'): string => withLength(`POST ${path}`, 'x'.repeat(size))

/** Resolves when the server has read all that has come: one more request is answered behind it. */
export async function settled(port: number): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await (await WireClient.connect(port)).ask(head('GET /'))
}

export async function ask(port: number, octets: string): Promise<WireResponse> {
  return (await WireClient.connect(port)).ask(octets)
}
