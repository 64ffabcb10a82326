/**
 * A key that travels, known to both sides of a link.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type Key, key } from 'hagaki'

const name: StandardSchemaV1<string> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'is no string' }] }),
  },
}

export const user: Key<string> = key('user', { carry: name })
