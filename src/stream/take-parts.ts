/**
 * Taking the parts of a form (`multipart/form-data`) as they come.
 *
 * @module
 */
import { bytePieces } from '../call/byte-source.ts'
import { mapped, takenOnce } from '../call/mapped.ts'
import { type PartSource, partSources } from '../call/part-source.ts'
import { DEFAULT_PART_LIMITS, MultipartParser } from '../codec/multipart-parser.ts'
import { Fault } from '../fault.ts'
import { BODY } from '../handler/binding.ts'
import { typeWithin } from '../handler/take-whole.ts'
import type { Taking } from '../handler/taking.ts'
import { utf8Bytes } from '../value/utf8.ts'
import type { Parts } from './flow.ts'
import { flowingBody } from './flowing-body.ts'
import { type Part, partOf } from './part.ts'
import { PartReader } from './part-reader.ts'

const TYPES = ['multipart/form-data']

export function takesParts({ parts, part }: Parts): Taking {
  const limits = { ...DEFAULT_PART_LIMITS, parts }
  const perPart = part === Number.POSITIVE_INFINITY ? {} : { part }
  return {
    takes: 'parts',
    limits: { parts, ...perPart, partHeaders: limits.head },
    mediaTypes: () => TYPES,
    receive: (arrival) => {
      const { parameters } = typeWithin(arrival.headers['content-type'], TYPES)
      const parser = new MultipartParser(parameters.get('boundary'), limits)
      return { value: new PartReader(flowingBody(arrival), parser, part), entries: null, raw: null }
    },
    admit: (given) => takenOnce(given instanceof PartReader ? given : ofSources(given)),
  }
}

function ofSources(given: unknown): AsyncIterable<Part> {
  return mapped(partSources(given) ?? refuse('must be parts, as an iterable, or a form'), ofSource)
}

function ofSource({ name, filename, mediaType, body }: PartSource): Part {
  const pieces = bytePieces(typeof body === 'string' ? utf8Bytes(body) : body)
  const head = { name, filename: filename ?? null, mediaType: mediaType ?? null }
  return partOf(head, takenOnce(pieces ?? refuse(`has a part ${name} without a body`)))
}

function refuse(message: string): never {
  throw new Fault('input_invalid', { issues: [{ pointer: `/${BODY}`, message }] })
}
