/**
 * What carries the items of topics: within a process, between processes, between machines.
 *
 * @module
 */

/**
 * Carries items, which are JSON texts, at most once each. Items of one publisher come in the order in which it
 * published them; those of several may come to each listener in another order.
 */
export interface Relay {
  /**
   * Hands an item to everybody who listens, listeners of this process included. Never waits: where there is no
   * room the item is dropped, and those it does not reach are told by `missed`, as far as they can be.
   */
  publish(topic: string, item: string): void
  /** Begins to listen. */
  listen(topic: string, listener: Listener): Listening
}

/** Who listens. None of its functions throws. */
export interface Listener {
  /** An item has come. It may be anything, where strangers publish. */
  heard(item: string): void
  /** Some items may not have come, for a reason that people can read. */
  missed(reason: string): void
  /** Nothing comes any more, for a reason that people can read: who goes on listens again. */
  over(reason: string): void
}

export interface Listening {
  /** Resolves when all that is published from now on comes; rejects where nothing will. */
  readonly ready: Promise<void>
  stop(): void
}
