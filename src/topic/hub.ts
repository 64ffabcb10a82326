/**
 * The topics of one process, and its links to other processes.
 *
 * A hub has no state but who listens: an item is handed to those and passed on over each link but the one
 * it came by. So processes that form a tree, such as workers around their supervisor, hear each other.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { Listener, Listening, Relay } from './relay.ts'

/** To one other process. */
export interface HubLink {
  /** Passes an item on; null says that items may have been missed. A topic of null is every topic. */
  pass(topic: string | null, item: string | null): void
}

const READY: Promise<void> = Promise.resolve()
const MISSED = 'another process had too many items waiting'

export class Hub implements Relay {
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #links = new Set<HubLink>()
  #shut: string | null = null

  publish(topic: string, item: string): void {
    this.#checkOpen(topic)
    this.take(topic, item, null)
  }

  listen(topic: string, listener: Listener): Listening {
    this.#checkOpen(topic)
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return {
      ready: READY,
      stop: () => {
        listeners.delete(listener)
        if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic)
      },
    }
  }

  /** What came over a link, or was published here (null). */
  take(topic: string | null, item: string | null, from: HubLink | null): void {
    for (const link of this.#links) if (link !== from) link.pass(topic, item)
    if (topic === null) {
      for (const listeners of this.#listeners.values()) hear(listeners, null)
    } else {
      hear(this.#listeners.get(topic), item)
    }
  }

  /** Joins this process to another one, until the function given is called. */
  link(link: HubLink): () => void {
    this.#links.add(link)
    return () => void this.#links.delete(link)
  }

  /** From now on topics are refused: whoever is out here would publish to nobody, and not know it. */
  shut(where: string): void {
    this.#shut = where
  }

  #checkOpen(topic: string): void {
    if (this.#shut === null) return
    const reason = `${this.#shut} is not joined to other processes`
    const fix = 'Use it where the server runs, or give the topic a relay that reaches further (over)'
    throw new Fault('setup_faulty', { what: `topic(${JSON.stringify(topic)})`, reason, fix })
  }
}

// Who leaves while it hears is passed over by the set itself.
function hear(listeners: ReadonlySet<Listener> | undefined, item: string | null): void {
  for (const one of listeners ?? []) {
    if (item === null) one.missed(MISSED)
    else one.heard(item)
  }
}

const SLOT = Symbol.for('hagaki.topic.hub')

/** The one of this process, whichever copy of this package asks. */
export function processHub(): Hub {
  const slots = globalThis as { [SLOT]?: Hub }
  slots[SLOT] ??= new Hub()
  return slots[SLOT]
}
