/**
 * The resources of a service: opened at boot in the order they are named, closed in reverse.
 *
 * @module
 */
import { consoleLog } from '../call/log.ts'
import type { Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { Resource } from './provide.ts'

export class Resources {
  readonly #names: ReadonlyMap<Resource<unknown>, string>
  readonly #given: ReadonlyMap<Resource<unknown>, unknown>
  readonly #opened = new Map<Resource<unknown>, unknown>()
  #opening: Promise<void> | null = null

  /** `names` of those to open, for messages; `given` are values in the place of others. */
  constructor(names: ReadonlyMap<Resource<unknown>, string>, given: ReadonlyMap<Resource<unknown>, unknown>) {
    this.#names = names
    this.#given = given
  }

  /** True when every resource is here. */
  get ready(): boolean {
    return this.#opened.size === this.#names.size
  }

  /** Opens what is not open. Fault: setup_faulty, which names the resource; those before it are closed. */
  open(server: Server): Promise<void> {
    this.#opening ??= this.#openAll(server).finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  get(resource: Resource<unknown>): unknown {
    return this.#given.has(resource) ? this.#given.get(resource) : this.#opened.get(resource)
  }

  /** Closes in reverse order. A failure is logged and stops no other. */
  async close(): Promise<void> {
    for (const resource of [...this.#opened.keys()].reverse()) {
      this.#opened.delete(resource)
      try {
        await resource.close()
      } catch (error) {
        consoleLog.error({ err: error, resource: this.#names.get(resource) }, 'A resource did not close')
      }
    }
  }

  async #openAll(server: Server): Promise<void> {
    for (const [resource, name] of this.#names) {
      if (this.#opened.has(resource)) continue
      try {
        this.#opened.set(resource, await resource.open(server))
      } catch (error) {
        await this.close()
        throw isFault(error) ? error : unopened(name, error)
      }
    }
  }
}

function unopened(name: string, error: unknown): Fault {
  const reason = error instanceof Error ? error.message : String(error)
  const fix = 'The boot stopped because handlers ask for it: mend what it opens, or take it out of verbs(...)'
  return new Fault('setup_faulty', { what: `Resource "${name}"`, reason, fix }, error)
}
