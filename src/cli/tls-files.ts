/**
 * Certificate and key of `--tls-cert` and `--tls-key`.
 *
 * @module
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { consoleLog } from '../call/log.ts'
import type { Log } from '../contract.ts'
import { Fault } from '../fault.ts'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/**
 * Reads both, and holds them against each other. Fault: setup_faulty. A certificate out of its time is
 * served, with a warning: a clock may be wrong, and clients may not care.
 */
export function readTls(
  names: { readonly cert: string; readonly key: string },
  log: Log = consoleLog,
): TlsFiles {
  const cert = read('--tls-cert', names.cert)
  const key = read('--tls-key', names.key)
  const certificate = parsed(
    `--tls-cert ${names.cert}`,
    () => new X509Certificate(cert),
    'it is no certificate',
    'Give a PEM file that begins with the certificate of this server, its chain below: BEGIN CERTIFICATE',
  )
  const secret: KeyObject = parsed(
    `--tls-key ${names.key}`,
    () => createPrivateKey(key),
    /ENCRYPTED/.test(key)
      ? 'it is encrypted, and nobody is here to type its passphrase'
      : 'it is no private key',
    /ENCRYPTED/.test(key)
      ? `Write it without one: openssl pkey -in ${names.key} -out plain.pem`
      : 'Give a PEM file: BEGIN PRIVATE KEY',
  )
  if (!certificate.checkPrivateKey(secret)) {
    const reason = `it is not the key of ${names.cert}`
    throw new Fault('setup_faulty', {
      what: `--tls-key ${names.key}`,
      reason,
      fix: 'Give the two that go together',
    })
  }
  warnOfTime(certificate, names.cert, log)
  return { cert, key }
}

function warnOfTime({ validFrom, validTo }: X509Certificate, name: string, log: Log): void {
  const wrong =
    Date.parse(validTo) < Date.now()
      ? `has expired on ${validTo}: clients refuse it, renew it`
      : Date.parse(validFrom) > Date.now()
        ? `is not valid before ${validFrom}: clients refuse it until then`
        : null
  if (wrong !== null) log.warn({}, `--tls-cert ${name} ${wrong}`)
}

function read(option: string, name: string): string {
  try {
    return readFileSync(name, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'this user may not read it' : message
    throw new Fault('setup_faulty', { what: `${option} ${name}`, reason, fix: 'Look at the path' }, error)
  }
}

// What the parser complains of names its routines and not the file.
function parsed<T>(what: string, parse: () => T, reason: string, fix: string): T {
  try {
    return parse()
  } catch {
    throw new Fault('setup_faulty', { what, reason, fix })
  }
}
