/**
 * Metadata checked as they are written, for what the compiler has not seen: plain JavaScript, `any`, and modules
 * that import each other. A misspelled limit would be no limit.
 *
 *   Fault   setup_faulty, naming the handler by its verb and path, the metadata, and what to write instead
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import { Fault, isFault } from '../fault.ts'
import { isSchema } from '../schema/standard.ts'
import { isRecord } from '../value/data.ts'
import { bodyLimit } from './body.ts'
import { isFailureType } from './failure.ts'
import { cacheControl, type Fresh } from './fresh.ts'
import { parseTemplate } from './template.ts'

/** What each is, in words that follow "is", and whether a value is that: true, or perhaps why not. */
interface Rule {
  readonly is: string
  readonly fix: string
  readonly holds: (value: unknown) => boolean | string
}

const SCHEMA: Rule = {
  is: 'a schema',
  fix: 'Write one of zod, valibot, arktype and the like, as z.object({ ... })',
  holds: isSchema,
}
const TEXT: Rule = { is: 'a text', fix: 'Write a string', holds: (value) => typeof value === 'string' }

const RULES: { readonly [member: string]: Rule } = {
  accepts: SCHEMA,
  body: SCHEMA,
  ignoresBody: flag('ignoresBody'),
  returns: SCHEMA,
  errors: {
    is: 'a list of failures',
    fix: 'Write [Gone], made by failure(code, kind); where two modules import each other, one is not there yet',
    holds: (value) => Array.isArray(value) && value.every(isFailureType),
  },
  from: {
    is: 'an object of sources',
    fix: 'Write { page: query(), match: header("if-match") }',
    holds: isRecord,
  },
  formats: {
    is: 'a list of formats',
    fix: 'Write [json, cbor], of hagaki/formats',
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every(isFormat),
  },
  limit: {
    is: 'a size',
    fix: 'Write bytes as a number, or "16kb", or { wire, decoded }',
    holds: (value) => value !== null && taken(() => bodyLimit(value as number)),
  },
  summary: TEXT,
  description: TEXT,
  deprecated: flag('deprecated'),
  version: {
    is: 'a function',
    fix: 'Write (data) => data.version',
    holds: (value) => typeof value === 'function',
  },
  fresh: {
    is: 'a time of a second or more',
    fix: 'Write "1m", or { for: "1m", shared, stale, immutable }',
    holds: (value) => value !== null && taken(() => cacheControl(value as Fresh, false, 'it')),
  },
  location: {
    is: 'a path',
    fix: 'Write it like "/notes/{id}"',
    holds: (value) => taken(() => parseTemplate(value as string)),
  },
}

function flag(name: string): Rule {
  return {
    is: 'true or false',
    fix: `Write ${name}: true`,
    holds: (value) => typeof value === 'boolean',
  }
}

/** Fault: setup_faulty. `what` is the handler. */
export function checkSpec(what: string, spec: unknown, run: unknown): void {
  const wrong =
    typeof run !== 'function'
      ? 'its third argument is no function'
      : typeof spec !== 'object' || spec === null
        ? 'its second argument is no object'
        : null
  if (wrong !== null) {
    const fix = `Write ${what.replace('...', '{ accepts, returns }, (data, context) => ...')}`
    throw new Fault('setup_faulty', { what, reason: wrong, fix })
  }
  for (const [name, value] of Object.entries(spec as object)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined
    if (rule === undefined) {
      const fix = `A handler's metadata are ${Object.keys(RULES).join(', ')}`
      throw new Fault('setup_faulty', { what, reason: `it has no metadata called ${name}`, fix })
    }
    const held = value === undefined || rule.holds(value)
    if (held === true) continue
    const why = held === false ? '' : ` (${held})`
    throw new Fault('setup_faulty', { what, reason: `its ${name} is not ${rule.is}${why}`, fix: rule.fix })
  }
}

/** True for a codec. */
export function isFormat(value: unknown): value is Format {
  const { name, mediaType, decode } = (value ?? {}) as Partial<Format>
  return typeof name === 'string' && typeof mediaType === 'string' && typeof decode === 'function'
}

function taken(make: () => unknown): true | string {
  try {
    make()
    return true
  } catch (thrown) {
    if (!isFault(thrown, 'setup_faulty')) throw thrown
    const { what, reason } = thrown.detail
    return `${what}: ${reason}`
  }
}
