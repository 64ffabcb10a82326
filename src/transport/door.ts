/**
 * The door of an app that also answers calls by name, as links use it. Clause 35.
 *
 * @module
 */
import { problemOf } from '../call/answer.ts'
import { isFailure } from '../call/failure.ts'
import { type NameCaller, type Named, namedIn } from '../call/names.ts'
import type { App, Limits } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { contractMark } from '../wire/frames/mark.ts'
import type { Failed } from '../wire/frames/payload.ts'
import { isOfTheWay } from './named.ts'

export interface Door {
  /** As a hello says it; null where nothing is offered, or it is not known yet what. */
  readonly mark: string | null
  /**
   * Bytes of JSON that a call of this handler may have: those of its own limit, and what a head may hold beside a body,
   * for members of path and query are among them.
   */
  limitOf(name: string, limits: Limits): number
  /** Resolves with data, or with an async iterable of items. Fault: not_acceptable, thrown at once. */
  invoke(name: string, data: unknown, caller: NameCaller): Promise<unknown>
}

/** Null for an app that knows no names. */
export function doorOf(app: App): Door | null {
  const named = namedIn(app)
  if (named === null) return null
  return {
    get mark() {
      const { contract } = named
      return isRecord(contract) ? contractMark(contract) : null
    },
    limitOf: (name, limits) => limitIn(handlerOf(named, name), limits),
    invoke: (name, data, caller) => {
      const { gives } = handlerOf(named, name)
      if (gives === 'bytes' || gives === 'chunks') throw bytesHaveNoName()
      return named.invoke(name, data, caller)
    },
  }
}

type Shape = { readonly [member: string]: unknown }

function handlerOf({ contract }: Named, name: string): Shape {
  const { handlers } = (contract ?? {}) as Shape
  const handler = isRecord(handlers) && Object.hasOwn(handlers, name) ? handlers[name] : null
  return isRecord(handler) ? handler : {}
}

function limitIn({ limit, decodedLimit = limit }: Shape, { body, head }: Limits): number {
  return typeof decodedLimit === 'number' ? decodedLimit + head : body
}

// A call by name holds what JSON holds. Said before its handler does anything.
function bytesHaveNoName(): Fault {
  return new Fault('not_acceptable', { accept: 'application/json', offers: ['bytes'] })
}

/** What a peer is told of what a handler threw: nothing of an error that nobody declared, and who was lost on the way. */
export function failedOf(thrown: unknown): Failed {
  if (isFailure(thrown)) return { code: thrown.code, detail: thrown.data ?? {}, kind: thrown.kind }
  const { code, status } = problemOf(thrown)
  const isTold = isFault(thrown) && thrown.code === code && (status < 500 || isOfTheWay(code))
  return { code, detail: isTold ? thrown.detail : {} }
}
