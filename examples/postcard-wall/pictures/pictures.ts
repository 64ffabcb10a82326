/**
 * The pictures: files of a folder. Each was uploaded for a card, hangs on that card alone, and goes with it.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { failure, type Resource, raise, resource } from 'hagaki'
import type { Spooled } from 'hagaki/spool'
import { ROOM } from '../board.ts'
import { syncFile, syncFolder } from '../journal/disk.ts'
import { placeOf } from '../place.ts'
import { type Kind, kindOf, PictureName, TELLING } from './picture.ts'

export const NoPicture = failure('no_picture', 'invalid')
export const WallFull = failure('wall_full', 'unavailable')

/** How long one may hang nowhere: somebody is still writing the card. */
const PATIENCE_MS = 3_600_000
/** Pictures: those of all cards that hang, and some that wait. */
const MOST = ROOM + 200
const PIECE = 64 * 1024

interface Found {
  readonly octets: number
  readonly pieces: AsyncIterable<Uint8Array>
}

export class Pictures {
  readonly folder: string
  readonly #now: () => number
  readonly #most: number

  private constructor(folder: string, now: () => number, most: number) {
    this.folder = folder
    this.#now = now
    this.#most = most
  }

  /** Opens the folder, or creates it. `now` gives epoch milliseconds. */
  static async open(folder: string, now: () => number = Date.now, most: number = MOST): Promise<Pictures> {
    await mkdir(folder, { recursive: true })
    return new Pictures(folder, now, most)
  }

  /**
   * Keeps what was uploaded. Failures: no_picture; wall_full, unless some hang nowhere and can go.
   *
   *   hangs   whether a card shows it
   */
  async keep(uploaded: Spooled, hangs: (name: PictureName) => boolean): Promise<PictureName> {
    const kind = await kindOfSpooled(uploaded)
    if (kind === null) return raise(NoPicture())
    if ((await this.#sweep(hangs)) >= this.#most) raise(WallFull())
    const name = `${randomUUID()}.${kind}`
    await uploaded.moveTo(this.#pathOf(name))
    await syncFile(this.#pathOf(name))
    await syncFolder(this.folder)
    return name
  }

  /** One of them, or null. Its file is open while its pieces are read. */
  async find(name: PictureName): Promise<Found | null> {
    const found = await stat(this.#pathOf(name)).catch(missing)
    return found && { octets: found.size, pieces: piecesOf(this.#pathOf(name)) }
  }

  async remove(name: PictureName): Promise<void> {
    await rm(this.#pathOf(name), { force: true })
  }

  // A card was never finished, fell off the wall, or its process was killed between the two.
  async #sweep(hangs: (name: PictureName) => boolean): Promise<number> {
    let left = 0
    for (const name of await readdir(this.folder)) {
      if (!PictureName.safeParse(name).success) continue
      left++
      if (hangs(name)) continue
      const found = await stat(this.#pathOf(name)).catch(missing) // another worker sweeps as well
      if (found === null || this.#now() - found.mtimeMs < PATIENCE_MS) continue
      await this.remove(name)
      left--
    }
    return left
  }

  #pathOf(name: PictureName): string {
    return join(this.folder, name)
  }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path)
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function kindOfSpooled(uploaded: Spooled): Promise<Kind | null> {
  let first = Buffer.alloc(0)
  for await (const piece of uploaded.stream()) {
    first = Buffer.concat([first, piece.subarray(0, TELLING)])
    if (first.length >= TELLING) break
  }
  return kindOf(first)
}

export const pictures: Resource<Pictures> = resource(({ now }) => Pictures.open(placeOf('pictures'), now))
