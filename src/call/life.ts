/**
 * Lives: what an app needs opened at boot and closed after the drain. Clause 36.
 *
 * @module
 */
import type { App, Life, Log, Server } from '../contract.ts'
import { LIFE } from '../contract.ts'
import { consoleLog } from './log.ts'

/**
 * A life that is opened once however often it is mounted, and closed when the last holder closes it.
 *
 *   open    runs at the first opening; what it rejects with stops the boot
 *   close   runs at the last closing; a failure is logged
 *   drain   runs when the server begins to stop
 */
export function life(
  open: (server: Server) => Promise<void> | void,
  close: () => Promise<void> | void,
  log: Log = consoleLog,
  drain?: () => void,
): Life {
  let holders = 0
  let opening: Promise<void> | null = null
  return {
    open: (server) => {
      holders++
      opening ??= Promise.resolve().then(() => open(server))
      const opened = opening
      return opened.catch((error: unknown) => {
        holders--
        if (opening === opened) opening = null // a later boot may try again
        throw error
      })
    },
    ...(drain === undefined ? {} : { drain }),
    close: async () => {
      if (holders === 0 || --holders > 0) return
      opening = null
      try {
        await close()
      } catch (error) {
        log.error({ err: error }, 'Closing failed')
      }
    },
  }
}

/** Several lives as one: opened in order, closed in reverse; a failed opening closes those before it. */
export function lives(all: readonly Life[]): Life {
  const distinct = [...new Set(all)]
  const closeFirst = async (count: number): Promise<void> => {
    for (let at = count - 1; at >= 0; at--) await distinct[at]!.close()
  }
  return {
    open: async (server) => {
      for (const [at, one] of distinct.entries()) {
        try {
          await one.open(server)
        } catch (error) {
          await closeFirst(at)
          throw error
        }
      }
    },
    drain: () => {
      for (const one of distinct) one.drain?.()
    },
    close: () => closeFirst(distinct.length),
  }
}

/** Gives `app` the lives of the apps that it is made of. */
export function living(app: App, parts: readonly App[], own?: Life): App {
  const all = parts.flatMap((part) => part[LIFE] ?? [])
  if (own !== undefined) all.push(own)
  return all.length === 0 ? app : Object.defineProperty(app, LIFE, { value: lives(all), configurable: true })
}

/** Opens what an app needs. Rejects with what could not be opened. */
export async function openApp(app: App, server: Server): Promise<void> {
  await app[LIFE]?.open(server)
}

/** Tells an app that its server begins to stop: calls still come. */
export function drainApp(app: App): void {
  app[LIFE]?.drain?.()
}

export async function closeApp(app: App): Promise<void> {
  await app[LIFE]?.close()
}
