/**
 * Who is there, as apps in other languages are told it: REMOTE_USER (RFC 3875 section 4.1.11).
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { key } from '../call/keys.ts'
import type { Key } from '../contract.ts'

const schema: StandardSchemaV1<unknown, string> = {
  '~standard': {
    version: 1,
    vendor: 'hagaki',
    validate: (value) =>
      typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(value)
        ? { value }
        : { issues: [{ message: 'is no name of a user: at most 256 characters, and no controls' }] },
  },
}

/**
 * The name of the user that the gateway has let in. A middleware or guard in front of the app sets it:
 * `options.set(remoteUser, 'anna')`. No client can: fields of a request are never taken for it.
 */
export const remoteUser: Key<string> = key('remote-user', { carry: schema })
