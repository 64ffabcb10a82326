/**
 * Ports as pages write them (9290 to 9299), and those that are used instead: pages run side by side,
 * on machines where 9292 is taken.
 *
 * @module
 */
import { freePort } from '../free-port.ts'

const WRITTEN = /\b929\d\b/g

/** What a server takes that is told no port. */
const DEFAULT = '9292'

export class Ports {
  readonly #free = new Map<string, string>()

  /** Takes a free port for each one that the page names anywhere, and for the default. */
  static async for(page: string): Promise<Ports> {
    const ports = new Ports()
    for (const written of new Set([DEFAULT, ...(page.match(WRITTEN) ?? [])])) {
      ports.#free.set(written, String(await freePort()))
    }
    return ports
  }

  /** What stands in for the default port. */
  get default(): string {
    return this.#free.get(DEFAULT)!
  }

  /** The text with every port that a page writes replaced, always by the same one. */
  replace(text: string): string {
    return text.replace(WRITTEN, (written) => this.#free.get(written) ?? written)
  }

  /** Those of our ports that a text, already replaced, names. */
  namedIn(text: string): string[] {
    return [...this.#free.values()].filter((port) => new RegExp(`\\b${port}\\b`).test(text))
  }
}
