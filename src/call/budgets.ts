/**
 * Which memory budget the calls of a server are held to, for all that answers calls on its behalf: a connection of its
 * own, or a link that it has accepted.
 *
 * @module
 */
import type { Server } from '../contract.ts'
import type { Budget } from './budget.ts'

const BUDGETS = new WeakMap<Server, Budget>()

/** Holds the calls of `server` to a budget; null for none. Gives the server. */
export function heldTo(budget: Budget | null, server: Server): Server {
  if (budget !== null) BUDGETS.set(server, budget)
  return server
}

/** Null where there is none. */
export function budgetFor(server: Server): Budget | null {
  return BUDGETS.get(server) ?? null
}
