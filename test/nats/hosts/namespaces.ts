/**
 * Hosts in network namespaces of Linux: each with an address and a cable to a switch, and no way out.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'

const NETWORK = '10.213.7'

/** True where this process may make namespaces. */
export function mayMakeNamespaces(): boolean {
  return process.platform === 'linux' && spawnSync('unshare', ['--net', 'true']).status === 0
}

export class Namespaces {
  readonly #hosts: readonly string[]

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts
    ip('netns', 'add', SWITCH)
    ip('-n', SWITCH, 'link', 'add', 'bridge', 'type', 'bridge')
    ip('-n', SWITCH, 'link', 'set', 'bridge', 'up')
    for (const host of hosts) this.#connect(host)
  }

  address(host: string): string {
    return `${NETWORK}.${this.#number(host)}`
  }

  /** What is typed before a command that is to run there. */
  within(host: string): readonly string[] {
    return ['ip', 'netns', 'exec', nameOf(host)]
  }

  /** Puts the host's cable into the switch, or pulls it out. */
  plug(host: string, isIn: boolean): void {
    ip('-n', SWITCH, 'link', 'set', this.#cable(host), isIn ? 'up' : 'down')
  }

  end(): void {
    for (const name of [...this.#hosts.map(nameOf), SWITCH]) ip('netns', 'delete', name)
  }

  #connect(host: string): void {
    const name = nameOf(host)
    const cable = this.#cable(host)
    ip('netns', 'add', name)
    ip('-n', SWITCH, 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('-n', SWITCH, 'link', 'set', cable, 'master', 'bridge', 'up')
    ip('-n', name, 'address', 'add', `${this.address(host)}/24`, 'dev', 'eth0')
    for (const device of ['lo', 'eth0']) ip('-n', name, 'link', 'set', device, 'up')
  }

  #cable(host: string): string {
    return `cable${this.#number(host)}`
  }

  #number(host: string): number {
    return this.#hosts.indexOf(host) + 1
  }
}

const SWITCH = nameOf('switch')

function nameOf(host: string): string {
  return `hagaki-${process.pid}-${host}`
}

function ip(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr}`)
}
