/**
 * Context keys: values that travel with a call without being arguments. Clause 17.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Key } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { type Json, pointer } from '../value/data.ts'
import type { Carried } from '../value/message.ts'

/** A local key: each call of `key` makes another one, whatever its name. */
export function key<T>(name: string): Key<T>
/**
 * A carried key: known by its name on every side of a link; its values are data that fit `carry`. `keptBy` names the
 * layer that does something with what is set: where it is not around, setting is a fault, and not lost.
 */
export function key<S extends StandardSchemaV1>(
  name: string,
  options: { readonly carry: S; readonly keptBy?: string },
): Key<StandardSchemaV1.InferOutput<S>>
export function key(
  name: string,
  options?: { readonly carry: StandardSchemaV1; readonly keptBy?: string },
): Key<unknown> {
  const schema = options?.carry
  return Object.freeze({
    name,
    carry: schema === undefined ? null : (value: unknown) => fitting(name, schema, value),
    keptBy: options?.keptBy ?? null,
  })
}

/**
 * What the layer that keeps `name` sets on the way in, to say that it is around. It travels on links, as the value
 * does.
 */
export function keeping(name: string): Key<true> {
  const own = `kept:${name}`
  const carry = (value: unknown): true => {
    if (value === true) return true
    throw unfit(own, 'it is true, or not there')
  }
  return Object.freeze({ name: own, carry, keptBy: null })
}

/** The context values of one call. */
export class Context {
  readonly #local = new Map<Key<unknown>, unknown>()
  readonly #carried = new Map<string, unknown>()
  readonly #changed = new Set<string>()

  constructor(carried: Carried = {}) {
    for (const name of Object.keys(carried)) this.#carried.set(name, carried[name])
  }

  get<T>(key: Key<T>): T | undefined {
    if (key.carry === null) return this.#local.get(key) as T | undefined
    const value = this.#carried.get(key.name)
    return value === undefined ? undefined : key.carry(value)
  }

  /** Fault: context_faulty when the value does not fit a carried key's schema, and where nothing around keeps it. */
  set<T>(key: Key<T>, value: T): void {
    if (key.keptBy !== null && this.get(keeping(key.name)) !== true) throw unkept(key.name, key.keptBy)
    if (key.carry === null) {
      this.#local.set(key, value)
      return
    }
    this.#carried.set(key.name, fitted(key, value))
    this.#changed.add(key.name)
  }

  /** What travels inward on a link. */
  carried(): Carried {
    return valuesOf(this.#carried.keys(), this.#carried)
  }

  /** What travels back: only what was set on this side, so that it undoes nothing that was set on the other. */
  changed(): Carried {
    return valuesOf(this.#changed, this.#carried)
  }

  /** Takes what the far side of a link set. */
  adopt(carried: Carried): void {
    for (const name of Object.keys(carried)) {
      this.#carried.set(name, carried[name])
      this.#changed.add(name)
    }
  }
}

function valuesOf(names: Iterable<string>, carried: ReadonlyMap<string, unknown>): Carried {
  const values = Object.create(null) as Record<string, Json>
  for (const name of names) values[name] = carried.get(name) as Json
  return Object.freeze(values)
}

// Who sets it is the app, and not whoever sent the request.
function fitted<T>(key: Key<T>, value: T): T {
  try {
    return key.carry!(value)
  } catch (error) {
    if (isFault(error) && error.code !== 'value_faulty') throw error
    const reason = isFault(error) ? error.message : 'its schema threw'
    throw new Fault('context_faulty', { key: key.name, reason }, error)
  }
}

function unkept(name: string, layer: string): Fault {
  const reason = `nothing around keeps it, and it would be lost. Write use(app, ${layer}(...)), and where the app is behind a link, let that be trusted`
  return new Fault('context_faulty', { key: name, reason })
}

function fitting(name: string, schema: StandardSchemaV1, value: unknown): unknown {
  const checked = schema['~standard'].validate(value)
  if (checked instanceof Promise) throw unfit(name, 'its schema is asynchronous')
  if (checked.issues === undefined) return checked.value
  const [issue] = checked.issues
  const path = Array.from(issue?.path ?? [], (part) => (typeof part === 'object' ? part.key : part))
  throw unfit(name, `${pointer(path)} ${issue?.message ?? ''}`)
}

function unfit(name: string, reason: string): Fault {
  return new Fault('value_faulty', { form: 'carried', reason: `key ${JSON.stringify(name)}: ${reason}` })
}
