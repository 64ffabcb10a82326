/**
 * The members of head data by their names, each checked. Clause 29.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { writeCarried } from './carried.ts'
import { isRecord } from './data.ts'
import { isFieldName, isFieldValue } from './headers.ts'
import type { Carried } from './message.ts'

/** Bytes that follow at once, none, or a body still to come of known or unknown length. */
export type BodyMember = number | null | { readonly length: number | null }

/** Reads named members, each checked, and refuses by name. */
export class HeadReader {
  readonly #data: Record<string, unknown>
  readonly #form: string

  constructor(data: unknown, form: string) {
    this.#form = form
    this.#data = isRecord(data) ? data : this.refuse('head', 'is no object')
  }

  refuse(member: string, reason: string): never {
    throw new Fault('value_faulty', { form: this.#form, reason: `${member} ${reason}` })
  }

  member(name: string): unknown {
    return Object.hasOwn(this.#data, name) ? this.#data[name] : undefined
  }

  text(name: string): string {
    const value = this.member(name)
    return typeof value === 'string' && value.isWellFormed() ? value : this.refuse(name, 'is no text')
  }

  textOrNull(name: string): string | null {
    return this.member(name) === null ? null : this.text(name)
  }

  wholeOrNull(name: string): number | null {
    const value = this.member(name)
    if (value === null) return null
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : this.refuse(name, 'is no whole number')
  }

  oneOf<const T>(name: string, values: readonly T[]): T {
    const value = this.member(name)
    return values.includes(value as T)
      ? (value as T)
      : this.refuse(name, `is none of ${JSON.stringify(values)}`)
  }

  tokensOrNull(name: string): readonly string[] | null {
    const value = this.member(name)
    if (value === null) return null
    if (Array.isArray(value) && value.every((one) => typeof one === 'string' && isFieldValue(one)))
      return value as string[]
    return this.refuse(name, 'is no list of protocols')
  }

  pairs(name: string): [string, string][] {
    const flat = this.member(name)
    if (!Array.isArray(flat) || flat.length % 2 === 1) return this.refuse(name, 'is no list of pairs')
    const lines: [string, string][] = []
    for (let at = 0; at < flat.length; at += 2) {
      const [field, value] = [flat[at] as unknown, flat[at + 1] as unknown]
      if (typeof field !== 'string' || !isFieldName(field)) return this.refuse(name, 'holds a faulty name')
      if (typeof value !== 'string' || !isFieldValue(value))
        return this.refuse(name, `holds a faulty value for ${field}`)
      lines.push([field, value])
    }
    return lines
  }

  context(): Carried {
    const value = this.member('context')
    if (!isRecord(value)) return this.refuse('context', 'is no object')
    if (Object.keys(value).length === 0) return NO_CONTEXT
    writeCarried(value as Carried, this.#form)
    return frozenContext(value)
  }

  body(): BodyMember {
    const body = bodyMember(this.member('body'))
    return body === undefined ? this.refuse('body', 'is neither null nor a length') : body
  }
}

/** Context that carries nothing. */
export const NO_CONTEXT: Carried = Object.freeze(Object.create(null) as Carried)

/** Context as every value holds it: of no prototype, and frozen. */
export function frozenContext(context: Record<string, unknown>): Carried {
  return Object.freeze(Object.assign(Object.create(null) as object, context)) as Carried
}

/** What `body` says in a head, or undefined. */
export function bodyMember(body: unknown): BodyMember | undefined {
  if (body === null || isSize(body)) return body
  if (!isRecord(body)) return undefined
  const { length } = body
  return length === null || isSize(length) ? { length } : undefined
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
