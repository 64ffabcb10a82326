/**
 * Sealing: text that only we can read and only we can have written, in characters that a cookie takes.
 *
 *   base64url( version, 1 byte | key id, 4 | nonce, 24 | ciphertext | tag, 16 )
 *
 * Key and key id come from a secret by HKDF-SHA256 (RFC 5869). The tag covers version, key id and
 * the name of the cookie as well, so that no cookie passes under another name.
 *
 * @module
 */
import { hkdfSync } from 'node:crypto'
import { utf8Bytes, utf8Text } from '../../value/utf8.ts'
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES, Xaes } from './xaes.ts'

const VERSION = 1
const ID_BYTES = 4
const HEAD_BYTES = 1 + ID_BYTES
const LEAST_BYTES = HEAD_BYTES + NONCE_BYTES + TAG_BYTES

export interface Opened {
  readonly text: string
  /** True when an older secret sealed it. */
  readonly old: boolean
}

interface SealingKey {
  readonly head: Uint8Array
  readonly cipher: Xaes
}

export class Sealer {
  readonly #newest: SealingKey
  readonly #byId: ReadonlyMap<string, SealingKey>

  /** The first secret seals, each opens. */
  constructor(secrets: readonly [string, ...string[]]) {
    const [newest, ...older] = secrets
    this.#newest = sealingKey(newest)
    this.#byId = new Map([this.#newest, ...older.map(sealingKey)].map((key) => [latin1(key.head), key]))
  }

  /** `random` gives fresh bytes: see `server.random`. */
  seal(text: string, name: string, random: (bytes: number) => Uint8Array): string {
    const { head, cipher } = this.#newest
    const nonce = random(NONCE_BYTES)
    return Buffer.concat([head, nonce, cipher.encrypt(nonce, utf8Bytes(text), bound(head, name))]).toString(
      'base64url',
    )
  }

  /** Null for whatever `seal` did not make under this name with one of these secrets. */
  open(sealed: string, name: string): Opened | null {
    const bytes = Buffer.from(sealed, 'base64url')
    // It is lenient: other alphabets, stray bits and characters would make many spellings of one cookie.
    if (bytes.byteLength < LEAST_BYTES || bytes.toString('base64url') !== sealed) return null
    const key = this.#byId.get(latin1(bytes.subarray(0, HEAD_BYTES)))
    if (key === undefined) return null
    const body = HEAD_BYTES + NONCE_BYTES
    const plain = key.cipher.decrypt(
      bytes.subarray(HEAD_BYTES, body),
      bytes.subarray(body),
      bound(key.head, name),
    )
    const text = plain === null ? null : utf8Text(plain)
    return text === null ? null : { text, old: key !== this.#newest }
  }
}

// Two parts of one stream of HKDF: what is shown of the second tells nothing of the first.
function sealingKey(secret: string): SealingKey {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', 'hagaki session 1', KEY_BYTES + ID_BYTES))
  return {
    head: Uint8Array.of(VERSION, ...bytes.subarray(KEY_BYTES)),
    cipher: new Xaes(bytes.subarray(0, KEY_BYTES)),
  }
}

function bound(head: Uint8Array, name: string): Uint8Array {
  return Buffer.concat([head, utf8Bytes(name)])
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
