/**
 * Certificate and key, checked before anything listens.
 *
 * @module
 */
import { createSecureContext } from 'node:tls'
import { Fault } from '../fault.ts'
import type { TlsOptions, TlsPair } from './engine.ts'

/** Gives back what Node takes. Fault: setup_faulty where one is none, or the two do not belong together. */
export function checkTls(tls: TlsOptions): TlsPair {
  try {
    // Which Node takes for one that was not given.
    for (const part of ['cert', 'key'] as const)
      if (tls[part].length === 0) throw new Error(`${part} is empty`)
    const pair = { cert: pem(tls.cert), key: pem(tls.key) }
    createSecureContext(pair)
    return pair
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = 'Give a certificate chain and its private key, both in PEM form'
    throw new Fault('setup_faulty', { what: 'tls', reason, fix }, error)
  }
}

function pem(text: string | Uint8Array): string | Buffer {
  return typeof text === 'string' ? text : Buffer.from(text)
}
