/**
 * Composing a call: from a handler's contract and data to the head and body of a request. The
 * other side of `handler/bind.ts`.
 *
 * @module
 */
import type { HandlerContract } from '../handler/contract.ts'
import { fillTemplate, parseTemplate } from '../handler/template.ts'
import { VERBS } from '../handler/verb.ts'
import { Fault } from '../fault.ts'
import { isRecord, pointer } from '../value/data.ts'
import { type RequestValue, request } from '../value/message.ts'
import { writeQuery } from '../value/query.ts'

/**
 * Fault  input_invalid: a name in the path without a value, or a member that no path or query
 *        can hold
 */
export function compose(
  contract: HandlerContract,
  data: unknown,
  headers: { readonly [name: string]: string },
): RequestValue {
  const { method, rest } = VERBS[contract.verb]
  const input: Record<string, unknown> = isRecord(data) ? data : {}
  const { names } = parseTemplate(contract.path)
  const texts = new Map(names.map((name) => [name, pathText(name, input[name])]))
  const others = Object.entries(input).filter(([name, value]) => !texts.has(name) && value !== undefined)
  const path = fillTemplate(contract.path, texts)
  const accept = contract.gives === 'items' ? 'text/event-stream' : 'application/json'
  const parts = { headers: { accept, ...headers } }
  if (rest === 'query') {
    const query = writeQuery(others.flatMap(([name, value]) => queryPairs(name, value)))
    return request(method, query === '' ? path : `${path}?${query}`, parts)
  }
  const bodyless = contract.accepts === undefined || (others.length === 0 && names.length > 0)
  return request(method, path, bodyless ? parts : { ...parts, json: Object.fromEntries(others) as never })
}

function pathText(name: string, value: unknown): string {
  const text = simpleText(name, value)
  // "." and ".." would be taken for dot segments, and nothing for another path.
  if (text === '' || text === '.' || text === '..') throw unfit(name, 'cannot stand in a path')
  return text
}

function queryPairs(name: string, value: unknown): [string, string][] {
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => [name, simpleText(name, one)])
}

function simpleText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  throw unfit(name, value === undefined ? 'is missing' : 'cannot be written in a path or a query')
}

function unfit(name: string, message: string): Fault {
  return new Fault('input_invalid', { issues: [{ pointer: pointer([name]), message }] })
}
