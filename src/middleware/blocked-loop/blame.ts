/**
 * Whose code is running: the time that each call keeps the event loop.
 *
 * A call is entered by `run`. What it starts (a timer, a read, the rest of an async function) is
 * known to be its own, so that time is charged to it when it goes on after an `await`, whatever other
 * calls do in between. Hooks cost time at every promise, so they are on only while calls are under way.
 *
 * @module
 */
import { createHook, executionAsyncResource } from 'node:async_hooks'

/** One call's account. Times are in milliseconds. */
export class Blame {
  readonly #thresholdMs: number
  readonly #tell: (blockedMs: number) => void
  #turnMs = 0
  #nextMs: number

  constructor(thresholdMs: number, tell: (blockedMs: number) => void) {
    this.#thresholdMs = thresholdMs
    this.#tell = tell
    this.#nextMs = thresholdMs
  }

  charge(ms: number): void {
    this.#turnMs += ms
    charged.add(this)
  }

  /** What a call took in one turn of the loop counts together: nothing else ran in between. */
  endTurn(): void {
    const turnMs = this.#turnMs
    this.#turnMs = 0
    if (turnMs < this.#thresholdMs || turnMs < this.#nextMs) return
    this.#nextMs = 2 * turnMs
    this.#tell(turnMs)
  }
}

/** What runs now belongs to `current`, and has since `since`. */
let current: Blame | null = null
let since = 0
let under = 0
let turnEnds = false

const owners = new WeakMap<object, Blame>()
const entered: { readonly id: number; readonly outer: Blame | null }[] = []
const charged = new Set<Blame>()

const hook = createHook({
  init: (_id, _type, _trigger, resource) => {
    if (current !== null) owners.set(resource, current)
  },
  before: (id) => {
    entered.push({ id, outer: current })
    switchTo(owners.get(executionAsyncResource()) ?? null)
  },
  after: (id) => {
    // One that was entered before the hook was on is not known; one that threw was never left.
    const at = entered.findLastIndex((one) => one.id === id)
    if (at < 0) return
    const { outer } = entered[at]!
    entered.length = at
    switchTo(outer)
  },
})

/** Says that a call, or a part of one, is under way until `end`. */
export function begin(): void {
  if (under++ === 0) hook.enable()
}

export function end(): void {
  if (--under > 0) return
  hook.disable()
  forget()
}

/** Runs `fn` as part of a call that is under way. */
export function run<T>(blame: Blame, fn: () => T): T {
  const outer = current
  switchTo(blame)
  try {
    return fn()
  } finally {
    switchTo(under === 0 ? null : outer)
  }
}

function switchTo(next: Blame | null): void {
  if (next === current) return
  const now = performance.now()
  current?.charge(now - since)
  current = null // what is begun here is nobody's
  if (next !== null && !turnEnds) endTurnLater()
  current = next
  since = now
}

// An immediate runs once everything of this turn has: callbacks, and all that promises lead to. It is
// asked for on entering: before any that the call itself may ask for, which is of the next turn.
function endTurnLater(): void {
  turnEnds = true
  setImmediate(endTurn)
}

function endTurn(): void {
  turnEnds = false
  forget()
  const all = [...charged]
  charged.clear()
  for (const one of all) one.endTurn()
}

// Nothing is below an immediate: what an exception left on the stack is over.
function forget(): void {
  entered.length = 0
  switchTo(null)
}
