/**
 * What a client needs of a contract: how calls are written, and how their answers are read.
 *
 * @module
 */
import type { HandlerContract, TakesContract } from '../handler/contract.ts'

/** The contract of one handler without what is for people, gateways and checks. */
export interface ClientHandler
  extends Pick<
    HandlerContract,
    | 'verb'
    | 'path'
    | 'host'
    | 'members'
    | 'others'
    | 'closed'
    | 'from'
    | 'gives'
    | 'offers'
    | 'itemLimit'
    | 'heartbeatMs'
    | 'resumes'
  > {
  readonly takes?: ClientTakes
}

export type ClientTakes = Omit<TakesContract, 'schema' | 'limits'>

export interface ClientContract {
  readonly hagaki: 1
  readonly handlers: { readonly [name: string]: ClientHandler }
}

/** A contract of either kind, also as the type of a JSON module, where each text is just a string. */
export interface WrittenContract {
  readonly hagaki: number
  readonly handlers: { readonly [name: string]: { readonly verb: string; readonly path: string } }
}

// All that `client` looks at. Schemas, errors, limits and summaries are for others.
const LOOKED_AT = [
  'verb',
  'path',
  'host',
  'members',
  'others',
  'closed',
  'from',
  'takes',
  'gives',
  'offers',
  'itemLimit',
  'heartbeatMs',
  'resumes',
] as const

/**
 * The same contract, a fraction as large, for pages that load it: `hagaki contract notes.ts --client`
 * writes it.
 */
export function clientContract(contract: WrittenContract): ClientContract {
  const handlers = Object.entries(contract.handlers).map(([name, handler]) => {
    const known = handler as unknown as { readonly [member: string]: unknown }
    const kept = LOOKED_AT.filter((member) => known[member] !== undefined).map((member) => [
      member,
      member === 'takes' ? withoutSchema(known['takes'] as TakesContract) : known[member],
    ])
    return [name, Object.fromEntries(kept)]
  })
  return {
    hagaki: contract.hagaki as 1,
    handlers: Object.fromEntries(handlers) as ClientContract['handlers'],
  }
}

function withoutSchema({ schema: _, limits: __, ...takes }: TakesContract): ClientTakes {
  return takes
}
