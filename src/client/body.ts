/**
 * Writing the body of a call.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import type { Input } from '../contract.ts'
import { utf8Bytes } from '../value/utf8.ts'
import type { ClientTakes } from './client-contract.ts'
import { holdsFiles } from './holds-files.ts'
import { writeJson } from './json-body.ts'

/** A body that is all here and may be sent again, or one that flows and may not. */
export type SentBody = Uint8Array | Blob | Input

export type Written = readonly [mediaType: string, body: SentBody]

/** A body and its media type. Faults: input_invalid; setup_faulty for formats that are not known here. */
export type BodyWriter = (
  takes: ClientTakes,
  value: unknown,
  formats: readonly Format[],
) => Written | Promise<Written>

/** Writes what is all here. Only JSON is written by what every page has to load. */
export const writeBody: BodyWriter = async (takes, value, formats) => {
  const { as, mediaTypes, body } = takes
  const isJson = as === 'data' && formats.length === 0 && mediaTypes.includes('application/json')
  if (isJson && !holdsFiles(value))
    return ['application/json', utf8Bytes(writeJson(value, body === 'member' ? ['body'] : []))]
  return (await import('./beyond-json.ts')).writeBeyondJson(takes, value, formats)
}
