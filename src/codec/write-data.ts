/**
 * The one walk over data that is written, the same for every format: what data is, and what is refused.
 *
 *   in        data, and a sink that is told of each value in order
 *   TypeError what no format holds: undefined as the whole, functions, symbols, bigints, NaN and infinities, half surrogate
 *             pairs, a member named `__proto__`, cycles, instances of classes that have no members
 *
 * As JSON has it: a member that is undefined is left out, an item that is undefined is null, and an object with `toJSON` stands for what that gives.
 *
 * @module
 */
import { pointer } from '../value/data.ts'
import { MAX_WRITTEN_DEPTH } from '../value/json-text.ts'

/** What a format writes. Sizes come before what they count. */
export interface Sink {
  nothing(): void
  boolean(value: boolean): void
  /** Finite. */
  number(value: number): void
  text(value: string): void
  bytes(value: Uint8Array): void
  list(items: number): void
  object(members: number): void
}

export function writeData(data: unknown, sink: Sink): void {
  try {
    write(data, sink, 0, '')
  } catch (error) {
    const place = PLACES.get(error as object)
    // Its stack leads through here alone.
    throw place === undefined
      ? error
      : new TypeError(`${(error as TypeError).message}, at ${shortened(place)}`)
  }
}

/** Where what is refused stands in the whole, as a JSON Pointer: put together on the way out. */
const PLACES = new WeakMap<object, string>()

function within(name: string, error: unknown): unknown {
  if (!(error instanceof TypeError) || !error.message.startsWith('Cannot write ')) return error
  PLACES.set(error, pointer([name]) + (PLACES.get(error) ?? ''))
  return error
}

// What holds itself goes on and on.
function shortened(place: string): string {
  return place.length > 100 ? `${place.slice(0, 100)}...` : place
}

function write(data: unknown, sink: Sink, depth: number, name: string): void {
  switch (typeof data) {
    case 'string':
      return sink.text(wellFormed(data))
    case 'number':
      if (data - data !== 0) throw refused(String(data), 'send null, or leave it out')
      return sink.number(data)
    case 'boolean':
      return sink.boolean(data)
    case 'object':
      return data === null ? sink.nothing() : writeObject(data, sink, depth, name)
    case 'undefined':
      throw refused('undefined', 'return null for nothing')
    case 'bigint':
      throw refused('a BigInt', 'write it as a number or as text')
    default:
      throw refused(`a ${typeof data}`, 'it is no data')
  }
}

function writeObject(data: object, sink: Sink, depth: number, name: string): void {
  if (depth === MAX_WRITTEN_DEPTH)
    throw refused('this data', `it holds itself, or nests deeper than ${MAX_WRITTEN_DEPTH}`)
  if (Array.isArray(data)) {
    const list: readonly unknown[] = data
    sink.list(list.length)
    for (let at = 0; at < list.length; at++) {
      const one = list[at]
      if (one === undefined) sink.nothing()
      else writeInner(one, sink, depth, String(at))
    }
    return
  }
  const prototype: unknown = Object.getPrototypeOf(data)
  if (prototype !== Object.prototype && prototype !== null && !isMembers(data)) {
    if (data instanceof Uint8Array) return sink.bytes(data)
    const { toJSON } = data as { readonly toJSON?: unknown }
    if (typeof toJSON === 'function') return write(toJSON.call(data, name), sink, depth + 1, name)
    throw refused(`an instance of ${constructorOf(data)}`, 'write its data instead')
  }
  if (typeof (data as { readonly toJSON?: unknown }).toJSON === 'function')
    return write((data as { toJSON(name: string): unknown }).toJSON(name), sink, depth + 1, name)
  writeMembers(data as Readonly<Record<string, unknown>>, sink, depth)
}

function writeMembers(data: Readonly<Record<string, unknown>>, sink: Sink, depth: number): void {
  const names = Object.keys(data)
  let count = names.length
  for (const name of names) if (data[name] === undefined) count--
  sink.object(count)
  for (const name of names) {
    const value = data[name]
    if (value === undefined) continue
    if (name === '__proto__') throw refused('a member named __proto__', 'give it another name')
    sink.text(wellFormed(name))
    writeInner(value, sink, depth, name)
  }
}

function writeInner(data: unknown, sink: Sink, depth: number, name: string): void {
  try {
    write(data, sink, depth + 1, name)
  } catch (error) {
    throw within(name, error)
  }
}

// Instances of classes of one's own have members, as records have them; those of the language keep theirs within.
function isMembers(data: object): boolean {
  return Object.prototype.toString.call(data) === '[object Object]'
}

function constructorOf(data: object): string {
  return Object.prototype.toString.call(data).slice(8, -1)
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw refused('half of a surrogate pair', 'it is no text')
}

function refused(what: string, fix: string): TypeError {
  return new TypeError(`Cannot write ${what}: ${fix}`)
}
