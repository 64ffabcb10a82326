/**
 * `hagaki work MODULE`: answers calls on sockets and over NATS until a signal.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { consoleLog } from '../call/log.ts'
import { withNamesOf } from '../call/names.ts'
import { Fault } from '../fault.ts'
import { type NatsAccess, type WorkTls, work } from '../work/work.ts'
import { announce } from './announce.ts'
import type { WorkCommand } from './command.ts'
import { dress } from './dress.ts'
import { loadModule, urlOf } from './load-module.ts'
import { untilStopped } from './stop.ts'
import { readTls } from './tls-files.ts'

/** Resolves with the exit status once it has stopped. Faults: as `work` and `loadModule`. */
export async function workModule(command: WorkCommand): Promise<number> {
  const { environment, limits, budget, listen, nats, tls, trusted } = command
  const url = urlOf(command.module)
  // A promise that an app dropped must not take the calls of others with it.
  process.on('unhandledRejection', (error) =>
    consoleLog.error({ err: error }, 'A promise was rejected and nobody looked'),
  )
  const loaded = await loadModule(url, command.module, command.foreign)
  // What is dressed answers paths; names are those of the service in it.
  const working = await work(withNamesOf(dress(loaded, environment), loaded), {
    listen: listen.map((one) => (one.startsWith('unix:') ? `unix:${resolve(one.slice(5))}` : one)),
    ...(nats !== null && { over: nats.over, name: nats.name, access: readAccess(nats.creds, tls) }),
    environment,
    limits,
    ...(budget !== null && { budget }),
    ...(tls !== null && nats === null && { tls: readWorkTls(tls) }),
    ...(trusted !== null && { trusted }),
  })
  const stopped = untilStopped(working, ['SIGINT', 'SIGTERM', 'SIGHUP'], (stop) => {
    // The state after an exception that nobody caught is unknown: finish, and do not go on.
    process.on('uncaughtException', (error) => {
      consoleLog.error({ err: error }, 'An exception was not caught')
      stop(1)
    })
  })
  announce(url, working.addresses.join(' and '), [environment])
  return stopped
}

type Files = NonNullable<WorkCommand['tls']>

function readWorkTls({ ca, cert, key }: Files): WorkTls {
  const read = readTls({ cert: cert!, key: key! }) // given together, and with a ca
  return ca === null ? read : { ...read, ca: readPem('--tls-ca', ca) }
}

function readAccess(creds: string | null, tls: Files | null): NatsAccess {
  const { ca = null, cert = null, key = null } = tls ?? {}
  return {
    ...(creds !== null && { creds: readPem('--creds', creds) }),
    ...(tls !== null && {
      tls: {
        ...(ca !== null && { ca: readPem('--tls-ca', ca) }),
        ...(cert !== null && { cert: readPem('--tls-cert', cert) }),
        ...(key !== null && { key: readPem('--tls-key', key) }),
      },
    }),
  }
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Fault('setup_faulty', { what: `${option} ${file}`, reason, fix: 'Look at the path' }, error)
  }
}
