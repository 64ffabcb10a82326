/**
 * Certificate and key, checked before anything listens.
 *
 * @module
 */
import { createSecureContext } from 'node:tls'
import { Fault } from '../fault.ts'
import type { TlsOptions } from './engine.ts'

/** What `node:tls` and `node:https` are given. */
export interface TlsPair {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** Gives back what Node takes. Fault: setup_faulty where one is none, or the two do not belong together. */
export function tlsPair({ cert, key }: TlsOptions): TlsPair {
  return { cert: pem(cert), key: pem(key) }
}

/** Fault: as `tlsPair`. */
export function checkTls(tls: TlsOptions): TlsOptions {
  try {
    // Which Node takes for one that was not given.
    for (const part of ['cert', 'key'] as const)
      if (tls[part].length === 0) throw new Error(`${part} is empty`)
    createSecureContext(tlsPair(tls))
    return tls
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = 'Give a certificate chain and its private key, both in PEM form'
    throw new Fault('setup_faulty', { what: 'tls', reason, fix }, error)
  }
}

function pem(text: string | Uint8Array): string | Buffer {
  return typeof text === 'string' ? text : Buffer.from(text)
}
