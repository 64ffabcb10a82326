/**
 * The schemas of a document: those of a contract are documents of their own, with definitions and
 * references within. Here the definitions become components, once each, and references lead to them.
 *
 * @module
 */
import { type JsonSchema, lookUp } from '../schema/json-schema.ts'
import { mapParts } from './parts.ts'

/** Where a schema stands in the contract: it names what has no name of its own. */
export interface Origin {
  /** The handler's name, or a failure's code. */
  readonly of: string
  readonly role: 'Input' | 'Output' | 'Body' | 'Item' | 'Data'
}

/** What says where a schema is, which is here now. */
const BASE: readonly string[] = ['$id', '$schema']

const PREFIX = '#/components/schemas/'

// As zod calls what it had to name itself.
const NAMELESS = /^__schema[0-9]+$/

export class Schemas {
  readonly #components = new Map<string, JsonSchema>()
  readonly #fingerprints = new Map<string, string>()
  /** Of those that were named here. */
  readonly #nameless = new Map<string, string>()
  readonly #names = new WeakMap<JsonSchema, Map<string, string>>()

  /** Takes a component as it is. Its name is free: ours come first. */
  own(name: string, schema: JsonSchema): void {
    this.#components.set(name, schema)
    this.#fingerprints.set(name, `own ${name}`)
  }

  /** A schema to be written where it is used; `part` of it, or all of it. */
  inline(root: JsonSchema, origin: Origin, part: JsonSchema = root): JsonSchema {
    // One that refers to itself can be referred to only where it has a name.
    if (part === root && refersToRoot(root)) return { $ref: this.#refer('#', root, origin) }
    return this.#rewritten(part, root, origin)
  }

  /** A reference to a component of this name, or one near it; its references lead to components already. */
  made(name: string, schema: JsonSchema, origin: Origin): { readonly $ref: string } {
    const taken = this.#claim(name, JSON.stringify(schema), origin)
    this.#components.set(taken, schema)
    return { $ref: PREFIX + taken }
  }

  /** In the order of their names. */
  get components(): { readonly [name: string]: JsonSchema } {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #rewritten(part: JsonSchema, root: JsonSchema, origin: Origin): JsonSchema {
    const visit = (schema: JsonSchema): JsonSchema => {
      // Definitions of the root are components; those of a part stay within one.
      const left = schema === root ? [...BASE, '$defs', 'definitions'] : BASE
      const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !left.includes(keyword)))
      const mapped = mapParts(kept, visit)
      if (typeof mapped['$ref'] !== 'string') return mapped
      return { ...mapped, $ref: this.#refer(mapped['$ref'], root, origin) }
    }
    return visit(part)
  }

  // Where a reference within `root` leads in the document.
  #refer(ref: string, root: JsonSchema, origin: Origin): string {
    const [, key, below = ''] = /^#\/(?:\$defs|definitions)\/([^/]+)(\/.*)?$/.exec(ref) ?? []
    const place = key === undefined ? '#' : ref.slice(0, ref.length - below.length)
    return PREFIX + this.#componentAt(place, key, root, origin) + (key === undefined ? ref.slice(1) : below)
  }

  #componentAt(place: string, key: string | undefined, root: JsonSchema, origin: Origin): string {
    const names = this.#names.get(root) ?? new Map<string, string>()
    this.#names.set(root, names)
    const known = names.get(place)
    if (known !== undefined) return known
    const schema = lookUp(place, root)
    const fingerprint = fingerprintOf(schema, root)
    const isNamed = key !== undefined && !NAMELESS.test(key)
    const same = isNamed ? undefined : this.#nameless.get(fingerprint)
    const name =
      same ??
      this.#claim(isNamed ? decodeURIComponent(key) : pascal(origin.of) + origin.role, fingerprint, origin)
    if (!isNamed) this.#nameless.set(fingerprint, name)
    names.set(place, name)
    if (!this.#components.has(name)) {
      this.#components.set(name, {}) // it may refer to itself
      this.#components.set(name, this.#rewritten(schema, root, origin))
    }
    return name
  }

  // The name, or one that says whose it is where another schema has that name already.
  #claim(wanted: string, fingerprint: string, { of, role }: Origin): string {
    const name = wanted.replaceAll(/[^A-Za-z0-9._-]/g, '_')
    const side = role === 'Output' || role === 'Data' ? 'Output' : 'Input'
    const candidates = [name, name + side, pascal(of) + name[0]!.toUpperCase() + name.slice(1)]
    for (let number = 2; ; number++) {
      const found = candidates.find((one) => (this.#fingerprints.get(one) ?? fingerprint) === fingerprint)
      if (found !== undefined) {
        this.#fingerprints.set(found, fingerprint)
        return found
      }
      candidates.push(name + number)
    }
  }
}

// True when something refers to the root, or into it otherwise than to its definitions.
function refersToRoot(root: JsonSchema): boolean {
  let found = false
  const visit = (schema: JsonSchema): JsonSchema => {
    const { $ref } = schema
    if (typeof $ref === 'string' && !/^#\/(?:\$defs|definitions)\//.test($ref)) found = true
    return mapParts(schema, visit)
  }
  visit(root)
  return found
}

// Equal for two schemas that say the same, whatever their definitions are called.
function fingerprintOf(schema: JsonSchema, root: JsonSchema): string {
  const seen = new Map<JsonSchema, number>([[schema, 0]])
  const written = (one: JsonSchema): JsonSchema => {
    const { $defs: _, definitions: __, $schema: ___, $id: ____, ...rest } = one
    const sorted = Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
    const mapped = mapParts(sorted, written)
    return typeof mapped['$ref'] === 'string' ? { ...mapped, $ref: target(mapped['$ref']) } : mapped
  }
  const target = (ref: string): unknown => {
    const referred = lookUp(ref, root)
    const before = seen.get(referred)
    if (before !== undefined) return before
    seen.set(referred, seen.size)
    return written(referred)
  }
  return JSON.stringify(written(schema))
}

/** "notes.list" as the beginning of a component's name: "NotesList". */
export function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
