/**
 * `nats`: an app that any number of workers run, on any machines, and that is found over NATS. What
 * runs it is `hagaki work app.ts --over nats://... --name notes`.
 *
 * @module
 */
import { life } from '../../call/life.ts'
import type { Near, Transport } from '../../call/transport.ts'
import { Fault } from '../../fault.ts'
import { parseDuration } from '../../value/duration.ts'
import { contractMark } from '../../wire/frames/mark.ts'
import { type ByName, byName } from '../by-name.ts'
import type { Caller } from '../caller.ts'
import { carried, isRepeatable } from '../carrying.ts'
import { type Patience, timedAlone } from '../patience.ts'
import { Fleet, type FleetHealth } from './fleet.ts'
import { type NatsAccess, natsSettings } from './settings.ts'
import { subjectsOf } from './subjects.ts'

export type { ByName, ByNameOptions } from '../by-name.ts'
export type { FleetHealth as NatsHealth } from './fleet.ts'
export { type NatsRelay, type NatsRelayOptions, natsRelay } from './relay.ts'
export type { NatsAccess, NatsTls } from './settings.ts'

export interface NatsOptions extends NatsAccess {
  /** The contract that calls are made by: then workers that offer another get none. By default any. */
  readonly contract?: object
  /**
   * True to carry context there and take what comes back: by default where NATS is shown who we are, by a
   * user, a token, creds or a certificate.
   */
  readonly trusted?: boolean
  /** How long an answer may take to begin, such as "30s". The call alone is given up. By default as long as it takes. */
  readonly timeout?: number | string
  /** How long a worker may take to say hello, and the boot waits for one, by default "5s". */
  readonly connectTimeout?: number | string
  /** How often a worker is asked for a sign of life, by default "10s"; false for never. */
  readonly ping?: number | string | false
  /** How many workers calls are spread over at most, by default 256. */
  readonly links?: number
}

export interface NatsTransport extends Transport, ByName {
  /** What of the workers is there now. */
  health(): FleetHealth
  /** For the checks of `health`: rejects while no worker takes calls. Fault: call_refused. */
  readonly check: () => Promise<void>
  /** Ends its connection, for a program without a server: with `remote`, the server's stop does. */
  close(): Promise<void>
}

/**
 * Links to the workers of the app `name` that are on NATS: those that are there, and those that come. A call
 * goes to the one with the fewest, and to exactly one; where none is, it is refused at once (503). What a
 * worker has not begun goes to another; a safe call whose worker is lost before its answer is sent once more.
 *
 *   servers   "nats://n1:4222", "tls://user:password@n1", or several of one cluster
 *   name      of the app: letters, digits, "-" and "_"
 *   Fault     setup_faulty; per call call_refused (503), call_lost (502), call_timeout (504)
 */
export function nats(
  servers: string | readonly string[],
  name: string,
  options: NatsOptions = {},
): NatsTransport {
  const what = `nats(${name})`
  const { ping = '10s', connectTimeout = '5s', timeout, links = 256, contract } = options
  if (!Number.isInteger(links) || links < 1 || links > 10_000)
    throw new Fault('setup_faulty', { what, reason: `${links} is no number of links`, fix: 'Use 1 to 10000' })
  const settings = natsSettings(servers, options, what)
  const timeoutMs = timeout === undefined ? null : parseDuration(timeout)
  const fleetSettings = {
    name: what,
    nats: settings,
    subjects: subjectsOf(name, what),
    isTrusted: options.trusted ?? settings.isAuthenticated,
    connectMs: parseDuration(connectTimeout),
    pingMs: ping === false ? null : parseDuration(ping),
    contract: contract === undefined ? null : contractMark(contract),
    links,
  }
  let opened: { readonly fleet: Fleet; readonly opening: Promise<void> } | null = null
  const open = (): NonNullable<typeof opened> => {
    if (opened !== null) return opened
    const fleet = new Fleet(fleetSettings)
    const opening = fleet.open()
    opening.catch(() => {
      if (opened?.fleet === fleet) opened = null // the library may be there later
    })
    opened = { fleet, opening }
    return opened
  }
  const close = async (): Promise<void> => {
    const before = opened
    opened = null
    await before?.fleet.close()
  }
  const carry = async <T>(
    near: Near,
    leftMs: number | null,
    repeats: boolean,
    call: (caller: Caller, near: Near, patience: Patience | null) => Promise<T>,
  ): Promise<T> => {
    const { fleet } = open()
    return carried({
      near,
      repeats,
      most: fleet.size,
      isClosed: () => fleet.isClosed,
      find: () => fleet.idlest() ?? fleet.awaited(near, leftMs),
      carry: (caller) =>
        timeoutMs === null
          ? call(caller, near, null)
          : timedAlone(caller, near, { timeoutMs, name: what }, call),
    })
  }
  return {
    name: what,
    life: life(
      () => open().opening,
      () => close(),
    ),
    call: (head, input, near) =>
      carry(near, head.timeoutMs, isRepeatable(head, input), (caller, told, patience) =>
        caller.call(head, input, told, patience),
      ),
    health: () => opened?.fleet.health ?? { nats: false, workers: 0, leaving: 0, calls: 0 },
    check: async () => {
      const { nats: isUp, workers } = opened?.fleet.health ?? { nats: false, workers: 0 }
      if (workers === 0)
        throw new Fault('call_refused', { to: what, reason: isUp ? 'no worker is there' : 'NATS is away' })
    },
    close,
    ...byName(what, (head, data, near) =>
      carry(near, head.timeoutMs, false, (caller, told, patience) =>
        caller.invoke(head, data, told, patience),
      ),
    ),
  }
}
