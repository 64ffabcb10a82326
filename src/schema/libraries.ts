/**
 * What the schema libraries are asked beside the JSON Schema itself, so that all of them keep to one domain of data,
 * and how each writes what leaves it.
 *
 * By itself arktype gives `{}`, anything, for what JSON cannot hold, such as dates; valibot refuses what JSON Schema
 * cannot say, such as `trim`; and neither says that a file is one. Zod does all three as they are meant.
 *
 * Sources: `libraryOptions` of the Standard JSON Schema specification, version 1; `toJsonSchema` of arktype and of
 * @valibot/to-json-schema.
 *
 * @module
 */
import type { JsonSchema } from './json-schema.ts'

/** A file of a form, as `z.file()` says it. */
const FILE: JsonSchema = { type: 'string', format: 'binary', contentEncoding: 'binary' }

/** What a library is asked beside the target; undefined for one that needs nothing. */
export function libraryOptions(vendor: string | undefined): Record<string, unknown> | undefined {
  if (vendor === 'arktype') return { fallback: ARKTYPE }
  return vendor === 'valibot' ? VALIBOT : undefined
}

function refuse(name: string): never {
  throw new TypeError(`${name} cannot be represented in JSON Schema`)
}

// By the codes of arktype's fallbacks; what it only cannot say, such as a predicate, it leaves out by itself.
const ARKTYPE = {
  date: () => refuse('Date'),
  domain: ({ domain }: { readonly domain: string }) => refuse(domain),
  proto: ({ proto }: { readonly proto: { readonly name: string } }) =>
    isFile(proto) ? FILE : refuse(proto.name),
  // A member that is undefined is left out of JSON, and nothing else is what this allows.
  unit: ({ unit }: { readonly unit: unknown }) => (unit === undefined ? { not: {} } : refuse(String(unit))),
}

interface Converted {
  readonly jsonSchema: JsonSchema
  readonly errors?: readonly string[]
}

interface ConvertedAction extends Converted {
  readonly valibotAction: { readonly kind: string; readonly type: string }
}

interface ConvertedSchema extends Converted {
  readonly valibotSchema: { readonly type: string; readonly class?: unknown }
}

/** Actions after which a value is of the type that it was. */
const KEEPING: ReadonlySet<string> = new Set([
  'brand',
  'filter_items',
  'flavor',
  'normalize',
  'readonly',
  'sort_items',
  'to_lower_case',
  'to_max_value',
  'to_min_value',
  'to_upper_case',
  'trim',
  'trim_end',
  'trim_start',
])

const VALIBOT = {
  overrideAction({
    valibotAction: { kind, type },
    jsonSchema,
    errors,
  }: ConvertedAction): JsonSchema | undefined {
    if (errors === undefined) return undefined
    return kind !== 'transformation' || KEEPING.has(type) ? jsonSchema : undefined
  },
  overrideSchema({ valibotSchema }: ConvertedSchema): JsonSchema | undefined {
    const { type, class: of } = valibotSchema
    return type === 'file' || type === 'blob' || (type === 'instance' && isFile(of)) ? FILE : undefined
  },
}

// What a form gives is a `File`, which is a `Blob`.
function isFile(of: unknown): boolean {
  return of === globalThis.File || of === globalThis.Blob
}

/** How to write data that leave JSON, by library and side; of a library that is not known, as with zod. */
export function fixOf(vendor: string | undefined, direction: 'input' | 'output'): string {
  return (FIXES[vendor ?? ''] ?? ZOD)[direction]
}

/** How to have a library give JSON Schema at all. */
export function describedBy(vendor: string | undefined): string {
  if (vendor === 'valibot')
    return 'Wrap it: toStandardJsonSchema(schema), which @valibot/to-json-schema exports'
  return 'Use zod 4.2, arktype 2.1.28 or newer, valibot wrapped by toStandardJsonSchema of @valibot/to-json-schema, or jsonSchema(...) of hagaki/schema'
}

interface Fixes {
  readonly input: string
  readonly output: string
}

const ZOD: Fixes = {
  input:
    'Take a date as z.iso.datetime(), a bigint as a string, or a codec whose input is JSON: z.codec(z.iso.datetime(), z.date(), ...)',
  output:
    'Give a date as z.iso.datetime(), a bigint as a string, or a codec whose output is JSON: z.codec(z.date(), z.iso.datetime(), ...)',
}

const FIXES: { readonly [vendor: string]: Fixes | undefined } = {
  arktype: {
    input:
      'Take a date as "string.date.iso.parse", a bigint as "string", or what is made of JSON by .pipe(...)',
    output:
      'Give a date as "string.date.iso", a bigint as "string", or make JSON of it: type("Date").pipe((date) => date.toISOString()).to("string")',
  },
  valibot: {
    input:
      'Take a date as v.pipe(v.string(), v.isoTimestamp(), v.toDate()), a bigint as v.string(), or what is made of JSON by v.transform(...)',
    output:
      'Give a date as v.pipe(v.string(), v.isoTimestamp()), a bigint as v.string(), or say what is made of it: v.pipe(v.date(), v.transform((date) => date.toISOString()), v.string())',
  },
}
