/**
 * What is known of the files of a folder, asked of the disk at most once in `freshMs` per path.
 *
 * @module
 */
import type { Server } from '../../contract.ts'
import type { Coding } from './coding.ts'
import { troubleOf } from './disk.ts'
import { type Located, Locator } from './locate.ts'
import { mediaTypeOf } from './media-types.ts'
import { type Asked, extensionOf } from './names.ts'
import { type About, isSame, type Representation, represent } from './representation.ts'
import type { Settings } from './settings.ts'
import { Shelf } from './shelf.ts'

/** A file and its codings, the best first. */
export interface Entry {
  readonly plain: Representation
  readonly coded: readonly Representation[]
  /** When the disk was asked, by the process's own clock, in milliseconds. */
  checked: number
}

/** `folder`: one with an index, asked for without its slash. Null: missing. */
export type Stored = Entry | 'folder' | null

/** What an entry weighs besides its octets: about what its fields and names take, in bytes. */
const OVERHEAD = 2048

/** How much older than its file a coding may look, in milliseconds: archives round times. */
const SLACK_MS = 2_000

const YEAR = 'public, max-age=31536000, immutable'

export class Store {
  readonly #settings: Settings
  readonly #locator: Locator
  readonly #shelf: Shelf<Entry>
  readonly #loading = new Map<string, Promise<Stored>>()

  constructor(settings: Settings) {
    this.#settings = settings
    this.#locator = new Locator(settings)
    this.#shelf = new Shelf(settings.memoryBytes)
  }

  /** What is known under `key`, if that is still to be relied on. */
  fresh(key: string, server: Server): Entry | undefined {
    const entry = this.#shelf.get(key)
    return entry !== undefined && performance.now() - entry.checked < this.#freshMs(server)
      ? entry
      : undefined
  }

  /** Finds what `asked` stands for: now if that is known, else from the disk. Rejects with its errors. */
  find(key: string, asked: Asked, server: Server): Stored | Promise<Stored> {
    const fresh = this.fresh(key, server)
    if (fresh !== undefined) return fresh
    // Whoever wants to know of each change cannot have the answer to an earlier question.
    if (this.#freshMs(server) === 0) return this.#load(key, asked, server)
    const under = this.#loading.get(key)
    if (under !== undefined) return under
    const loading = this.#load(key, asked, server).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  /** Makes the next `find` ask the disk. */
  forget(key: string): void {
    this.#shelf.drop(key)
  }

  #freshMs(server: Server): number {
    return server.environment === 'development' ? 0 : this.#settings.freshMs
  }

  async #load(key: string, asked: Asked, server: Server): Promise<Stored> {
    const checked = performance.now()
    const before = this.#shelf.get(key)
    try {
      const found = await this.#locator.find(asked)
      const entry =
        found === null || found === 'folder' ? found : await this.#entry(found, before, checked, server)
      if (entry === null || entry === 'folder') this.#shelf.drop(key)
      else if (entry !== before) this.#shelf.put(key, entry, weightOf(key, entry))
      return entry
    } catch (error) {
      this.#shelf.drop(key)
      throw error
    }
  }

  async #entry(
    located: Located,
    before: Entry | undefined,
    checked: number,
    server: Server,
  ): Promise<Entry | null> {
    const codings = await this.#codings(located)
    if (before !== undefined && isUnchanged(before, [located, ...codings.map(([, file]) => file)])) {
      before.checked = checked
      return before
    }
    const about = this.#about(located, codings.length > 0)
    const now = server.now()
    const plain = await represent(located, about, now)
    if (plain === null) return null
    const coded: Representation[] = []
    for (const [coding, file] of codings) {
      const found = await represent(file, { ...about, coding }, now).catch(ignoreForbidden)
      if (found !== null) coded.push(found)
    }
    return { plain, coded, checked }
  }

  // One that is older than its file was made of an earlier one.
  async #codings({ names, stat }: Located): Promise<(readonly [Coding, Located])[]> {
    const found: (readonly [Coding, Located])[] = []
    for (const [coding, suffix] of this.#settings.codings) {
      const file = await this.#locator.beside(names, suffix).catch(ignoreForbidden)
      if (file !== null && file.stat.mtimeMs >= stat.mtimeMs - SLACK_MS) found.push([coding, file])
    }
    return found
  }

  #about({ names }: Located, varies: boolean): About {
    const { types, immutable, cacheControl } = this.#settings
    const extension = extensionOf(names.at(-1) ?? '')
    return {
      contentType: types.get(extension) ?? mediaTypeOf(extension) ?? 'application/octet-stream',
      coding: null,
      cacheControl: immutable?.test(`/${names.join('/')}`) === true ? YEAR : cacheControl,
      varies,
    }
  }
}

function isUnchanged({ plain, coded }: Entry, files: readonly Located[]): boolean {
  const known = [plain, ...coded]
  return (
    known.length === files.length && known.every((one, at) => one.settled && isSame(one.located, files[at]!))
  )
}

function weightOf(key: string, { plain, coded }: Entry): number {
  const octets = [plain, ...coded].reduce((sum, one) => sum + OVERHEAD + (one.bytes?.byteLength ?? 0), 0)
  return octets + 2 * key.length
}

function ignoreForbidden(error: unknown): null {
  if (troubleOf(error) === 'forbidden') return null
  throw error
}
