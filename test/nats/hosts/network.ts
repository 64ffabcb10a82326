/**
 * A network of hosts, one of which runs NATS: the link of each to all the others can be cut and healed.
 *
 * @module
 */
import { onTestFinished } from 'vitest'
import { NatsServer } from '../server.ts'
import { Namespaces } from './namespaces.ts'
import { Wire } from './wire.ts'

export interface Network {
  readonly nats: NatsServer
  /** What is typed before a command that is to run on `host`. */
  within(host: string): readonly string[]
  /** Where NATS is, seen from there. */
  natsUrl(host: string): string
  /** Nothing comes to `host` or leaves it, and nobody is told. */
  cut(host: string): void
  heal(host: string): void
}

/** So that NATS forgets in time who was cut off. */
const CONFIG = 'ping_interval: "2s"\nping_max: 2\n'

/** Network namespaces of Linux: hosts with an address each, on a switch. For root alone. */
export async function namespaces(hosts: readonly string[]): Promise<Network> {
  const network = new Namespaces(['nats', ...hosts])
  onTestFinished(() => network.end())
  const place = { address: network.address('nats'), within: network.within('nats') }
  const nats = await NatsServer.start(onTestFinished, CONFIG, {}, place)
  return {
    nats,
    within: (host) => network.within(host),
    natsUrl: () => nats.url,
    cut: (host) => network.plug(host, false),
    heal: (host) => network.plug(host, true),
  }
}

/** One machine, on which each host reaches NATS by a wire of its own. */
export async function wires(hosts: readonly string[]): Promise<Network> {
  const nats = await NatsServer.start(onTestFinished, CONFIG)
  const all = new Map<string, Wire>()
  for (const host of hosts) all.set(host, await Wire.to(nats.port))
  onTestFinished(() => all.forEach((wire) => wire.end()))
  return {
    nats,
    within: () => [],
    natsUrl: (host) => `nats://127.0.0.1:${all.get(host)!.port}`,
    cut: (host) => all.get(host)!.cut(),
    heal: (host) => all.get(host)!.heal(),
  }
}
