/**
 * Handlers whose body flows in or whose answer flows out: the same verbs, asked for by name.
 *
 *   import * as stream from 'hagaki/stream'
 *
 * A streaming handler does not fit where one that takes and gives data is asked for.
 *
 * @module
 */
import { type StreamVerbs, verbs } from './verbs.ts'

export type { ByteSource } from '../call/byte-source.ts'
export type { PartSource, PartSources } from '../call/part-source.ts'
export {
  type Bytes,
  bytes,
  type ItemOptions,
  type Items,
  items,
  type PartOptions,
  type Parts,
  parts,
} from './flow.ts'
export type { Part } from './part.ts'
export type { Gives, StreamSpec, Takes } from './spec.ts'
export { type MakeStream, type StreamContext, type StreamVerbs, verbs } from './verbs.ts'

const bare = verbs({})
type Bare = StreamVerbs<Record<never, never>>

/** The verbs without guards and resources. */
export const reads: Bare['reads'] = bare.reads
export const creates: Bare['creates'] = bare.creates
export const replaces: Bare['replaces'] = bare.replaces
export const updates: Bare['updates'] = bare.updates
export const deletes: Bare['deletes'] = bare.deletes
export const acts: Bare['acts'] = bare.acts
