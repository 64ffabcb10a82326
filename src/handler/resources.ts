/**
 * The resources of a service: opened at boot in the order they are named, closed in reverse.
 *
 * @module
 */
import { consoleLog } from '../call/log.ts'
import type { Life, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Resource } from './provide.ts'

/**
 * What is open: of a service, and of those made `with` overrides of it, so that closing the one that
 * a program has at hand closes what its tests have opened through the others.
 */
export class Opened {
  readonly all: Map<Resource<unknown>, { readonly name: string; readonly value: unknown }> = new Map()
  #holders = 0
  #last: Promise<void> = Promise.resolve()

  hold(): void {
    this.#holders++
  }

  /** True when nobody holds it any more, and also when nobody ever did: it was opened in passing. */
  release(): boolean {
    if (this.#holders > 0) this.#holders--
    return this.#holders === 0
  }

  /** Runs one opening or closing after the other. */
  inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(task)
    this.#last = turn.catch(() => {})
    return turn
  }
}

/** The resources that one service asks for. */
export class Resources implements Life {
  readonly #names: ReadonlyMap<Resource<unknown>, string>
  readonly #given: ReadonlyMap<Resource<unknown>, unknown>
  readonly #opened: Opened

  /** `names` of those to open, for messages; `given` are values in the place of others. */
  constructor(
    names: ReadonlyMap<Resource<unknown>, string>,
    given: ReadonlyMap<Resource<unknown>, unknown>,
    opened: Opened,
  ) {
    this.#names = names
    this.#given = given
    this.#opened = opened
  }

  /** True when every resource is here. */
  get ready(): boolean {
    for (const resource of this.#names.keys()) if (!this.#opened.all.has(resource)) return false
    return true
  }

  /** True for a resource that is opened, or stood in for. */
  has(resource: Resource<unknown>): boolean {
    return this.#names.has(resource) || this.#given.has(resource)
  }

  get(resource: Resource<unknown>): unknown {
    return this.#given.has(resource) ? this.#given.get(resource) : this.#opened.all.get(resource)?.value
  }

  /** Opens for a holder, who closes. Fault: setup_faulty, which names the resource; those before it are closed. */
  async open(server: Server): Promise<void> {
    this.#opened.hold()
    try {
      await this.prepare(server)
    } catch (error) {
      this.#opened.release()
      throw error
    }
  }

  /** Opens what is not open, for a call that no server began. Fault as `open`. */
  prepare(server: Server): Promise<void> {
    return this.#opened.inTurn(() => this.#openMissing(server))
  }

  /** Closes in reverse order when the last holder does. A failure is logged and stops no other. */
  async close(): Promise<void> {
    if (!this.#opened.release()) return
    await this.#opened.inTurn(() => this.#shut([...this.#opened.all.keys()]))
  }

  async #openMissing(server: Server): Promise<void> {
    const { all } = this.#opened
    const before: Resource<unknown>[] = []
    for (const [resource, name] of this.#names) {
      if (all.has(resource)) continue
      try {
        all.set(resource, { name, value: await resource.open(server, this.#usedBy(resource)) })
        before.push(resource)
      } catch (error) {
        await this.#shut(before)
        throw unopened(name, error)
      }
    }
  }

  #usedBy({ uses }: Resource<unknown>): object {
    return Object.fromEntries(Object.entries(uses).map(([member, one]) => [member, this.get(one)]))
  }

  async #shut(resources: Resource<unknown>[]): Promise<void> {
    for (const resource of resources.reverse()) {
      const name = this.#opened.all.get(resource)?.name
      this.#opened.all.delete(resource)
      try {
        await resource.close()
      } catch (error) {
        consoleLog.error({ err: error, resource: name }, 'A resource did not close')
      }
    }
  }
}

function unopened(name: string, error: unknown): Fault {
  const reason = error instanceof Error ? error.message : String(error)
  const fix = 'The boot stopped because handlers ask for it: mend what it opens, or take it out of verbs(...)'
  return new Fault('setup_faulty', { what: `Resource "${name}"`, reason, fix }, error)
}
