import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  CERTIFICATE,
  EARLY,
  EARLY_KEY,
  ENCRYPTED_KEY,
  EXPIRED,
  EXPIRED_KEY,
  KEY,
  OTHER_KEY,
} from '../../test/cli/certificates.ts'
import { silentLog } from '../call/log.ts'
import { readTls } from './tls-files.ts'

function files(texts: Readonly<Record<string, string>>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
  return (name) => join(folder, name)
}

test('a certificate and its key are read', () => {
  const at = files({ 'c.pem': CERTIFICATE, 'k.pem': KEY })
  expect(readTls({ cert: at('c.pem'), key: at('k.pem') })).toEqual({ cert: CERTIFICATE, key: KEY })
})

test('what cannot be read, is none, or does not belong is refused with what to do', () => {
  const at = files({
    'c.pem': CERTIFICATE,
    'k.pem': KEY,
    'other.pem': OTHER_KEY,
    'locked.pem': ENCRYPTED_KEY,
    empty: '',
    half: CERTIFICATE.slice(0, 200),
  })
  const table: [cert: string, key: string, said: RegExp][] = [
    ['gone.pem', 'k.pem', /^--tls-cert \S+gone\.pem: there is no such file\. Look at the path$/],
    ['c.pem', 'gone.pem', /^--tls-key \S+gone\.pem: there is no such file/],
    ['c.pem', '.', /^--tls-key \S+: EISDIR/],
    ['empty', 'k.pem', /^--tls-cert \S+empty: it is no certificate\. Give a PEM file/],
    ['half', 'k.pem', /it is no certificate/],
    ['k.pem', 'k.pem', /it is no certificate/],
    ['c.pem', 'empty', /^--tls-key \S+empty: it is no private key\. Give a PEM file/],
    ['c.pem', 'c.pem', /it is no private key/],
    [
      'c.pem',
      'locked.pem',
      /it is encrypted, and nobody is here to type its passphrase\. Write it without one: openssl/,
    ],
    [
      'c.pem',
      'other.pem',
      /^--tls-key \S+other\.pem: it is not the key of \S+c\.pem\. Give the two that go together$/,
    ],
  ]
  for (const [cert, key, said] of table)
    expect(() => readTls({ cert: at(cert), key: at(key) }), `${cert} ${key}`).toThrow(said)
})

test('a certificate out of its time is told, and served', () => {
  const at = files({
    'c.pem': CERTIFICATE,
    'k.pem': KEY,
    'old.pem': EXPIRED,
    'old-key.pem': EXPIRED_KEY,
    'early.pem': EARLY,
    'early-key.pem': EARLY_KEY,
  })
  const table: [cert: string, key: string, said: RegExp[]][] = [
    ['c.pem', 'k.pem', []],
    [
      'old.pem',
      'old-key.pem',
      [/^--tls-cert \S+old\.pem has expired on Feb .*2020 GMT: clients refuse it, renew it$/],
    ],
    [
      'early.pem',
      'early-key.pem',
      [/^--tls-cert \S+early\.pem is not valid before Jan .*2040 GMT: clients refuse it/],
    ],
  ]
  for (const [cert, key, said] of table) {
    const told: string[] = []
    readTls(
      { cert: at(cert), key: at(key) },
      { ...silentLog, warn: (_fields, message) => told.push(message!) },
    )
    expect(told, cert).toEqual(said.map((one) => expect.stringMatching(one) as string))
  }
})
