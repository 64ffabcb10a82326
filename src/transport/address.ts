/**
 * Addresses of workers: "unix:/run/notes.sock" and "tcp://10.0.0.5:7000".
 *
 * @module
 */
import { basename } from 'node:path'
import { Fault } from '../fault.ts'

export type LinkAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

/** `what` is who was given it, for messages. Fault: setup_faulty. */
export function parseAddress(text: string, what: string): LinkAddress {
  const unix = /^unix:(.+)$/s.exec(text)
  if (unix !== null) return { kind: 'unix', path: unix[1]! }
  const [, bracketed, host, digits] =
    /^tcp:\/\/(?:\[([0-9a-f:.]+)\]|([^\s/:?#[\]]+)):([0-9]{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) {
    const fix = 'Write "unix:/run/notes.sock" or "tcp://10.0.0.5:7000"'
    throw new Fault('setup_faulty', { what, reason: `${JSON.stringify(text)} is no address`, fix })
  }
  return { kind: 'tcp', host: bracketed ?? host!, port }
}

/** What clients may read of it: neither paths nor machines. */
export function nameOf(address: LinkAddress): string {
  return address.kind === 'unix' ? `socket(${basename(address.path)})` : `socket(:${address.port})`
}

/** As it is written. */
export function addressText(address: LinkAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}
