/**
 * Finding the file that an asked path stands for: the file itself, the index of a folder, or the name
 * with an extension behind it.
 *
 * Links are followed before anything is looked at, and where they lead decides. Whoever may put links
 * into the folder while it is served is trusted not to swap a folder for one between two looks.
 *
 * @module
 */
import type { Stats } from 'node:fs'
import { sep } from 'node:path'
import { lstat, realPath, troubleOf } from './disk.ts'
import { type Asked, mayServe } from './names.ts'
import type { Settings } from './settings.ts'

export interface Located {
  /** Below the served folder: what the client sees. */
  readonly names: readonly string[]
  /** Where it is, every link followed. */
  readonly real: string
  readonly stat: Stats
}

/** `folder` is one that has an index, asked for without a slash at the end. */
export type Found = Located | 'folder' | null

const CASELESS = process.platform === 'win32' || process.platform === 'darwin'

export class Locator {
  readonly #settings: Settings
  #root: string | null = null

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Rejects with an error of the file system for what is there and cannot be looked at. */
  async find({ names, folder }: Asked): Promise<Found> {
    const { index, extensions } = this.#settings
    if (folder) return index === null ? null : this.file([...names, index])
    const seen = await this.#look(names)
    if (seen !== null && seen.stat.isFile()) return seen
    if (seen?.stat.isDirectory() === true && index !== null) {
      if ((await this.file([...names, index])) !== null) return 'folder'
    }
    for (const extension of extensions) {
      const file = await this.beside(names, extension)
      if (file !== null) return file
    }
    return null
  }

  /** The regular file of exactly these names, or null. */
  async file(names: readonly string[]): Promise<Located | null> {
    const seen = await this.#look(names)
    return seen?.stat.isFile() === true ? seen : null
  }

  /** The regular file whose name goes on with `suffix`, or null. */
  beside(names: readonly string[], suffix: string): Promise<Located | null> {
    return this.file([...names.slice(0, -1), `${names.at(-1) ?? ''}${suffix}`])
  }

  async #look(names: readonly string[]): Promise<Located | null> {
    const asked = names.join(sep)
    try {
      const real = await realPath(this.#settings.folder + sep + asked)
      if (!(await this.#isAllowed(real, asked))) return null
      return { names, real, stat: await lstat(real) }
    } catch (error) {
      if (troubleOf(error) === 'missing') return null
      throw error
    }
  }

  async #isAllowed(real: string, asked: string): Promise<boolean> {
    const { folder, follow, dotfiles } = this.#settings
    const how = { follow, dotfiles, separator: sep, caseless: CASELESS }
    if (this.#root !== null && mayServe({ real, root: this.#root, asked }, how)) return true
    // The folder itself may be a link that leads elsewhere since: that is how releases are swapped.
    const root = await realPath(folder)
    this.#root = root
    return mayServe({ real, root, asked }, how)
  }
}
