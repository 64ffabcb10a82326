/**
 * XAES-256-GCM: AES-256-GCM with a nonce of 24 bytes, so that one key may take any number of random
 * ones. Under plain AES-256-GCM a key is worn out after 2^32 of them, which a busy site reaches.
 *
 * C2SP XAES-256-GCM; NIST SP 800-38D (GCM), SP 800-38B (the subkey of CMAC).
 *
 * @module
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export const KEY_BYTES = 32
export const NONCE_BYTES = 24
export const TAG_BYTES = 16

const BLOCK = 16
const GCM = { authTagLength: TAG_BYTES }

export class Xaes {
  readonly #key: Uint8Array
  /** K1 of the specification. */
  readonly #subkey: Uint8Array

  /** `key` is 32 bytes that nothing else uses. */
  constructor(key: Uint8Array) {
    this.#key = key
    this.#subkey = doubled(blocks(key, new Uint8Array(BLOCK)))
  }

  /** The ciphertext, and behind it the tag. `nonce` is 24 bytes, never twice the same. */
  encrypt(nonce: Uint8Array, plain: Uint8Array, bound: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#derived(nonce), nonce.subarray(12), GCM)
    cipher.setAAD(bound)
    const [first, last] = [cipher.update(plain), cipher.final()]
    return Buffer.concat([first, last, cipher.getAuthTag()])
  }

  /** Null for anything but what `encrypt` made of the same nonce and the same `bound`. */
  decrypt(nonce: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Buffer | null {
    const end = sealed.byteLength - TAG_BYTES
    const decipher = createDecipheriv('aes-256-gcm', this.#derived(nonce), nonce.subarray(12), GCM)
    decipher.setAAD(bound)
    try {
      decipher.setAuthTag(sealed.subarray(end))
      return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
    } catch {
      return null
    }
  }

  // The key of one message: CMAC over a counter, the letter X and the first half of the nonce.
  #derived(nonce: Uint8Array): Uint8Array {
    const message = new Uint8Array(2 * BLOCK)
    for (const half of [0, 1]) {
      const block = message.subarray(half * BLOCK, (half + 1) * BLOCK)
      block.set([0, half + 1, 0x58, 0])
      block.set(nonce.subarray(0, 12), 4)
      for (let at = 0; at < BLOCK; at++) block[at]! ^= this.#subkey[at]!
    }
    return blocks(this.#key, message)
  }
}

/** AES-256 of whole blocks, each alone. */
function blocks(key: Uint8Array, plain: Uint8Array): Uint8Array {
  return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(plain)
}

/** Times two in GF(2^128), as SP 800-38B section 6.1 has it. */
function doubled(block: Uint8Array): Uint8Array {
  const shifted = block.map((octet, at) => (octet << 1) | ((block[at + 1] ?? 0) >> 7))
  if (block[0]! >> 7 === 1) shifted[BLOCK - 1]! ^= 0x87
  return shifted
}
