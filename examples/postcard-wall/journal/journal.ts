/**
 * An append-only file of JSON lines that several processes write and read, and the order of its lines is
 * the order of events for all of them.
 *
 * Who appends an entry learns what became of it by reading it back: entries are taken from the file alone,
 * by everybody in the same order, once they are on the disk. So nobody has to wait for a lock, and of two who
 * want the same thing at once the one whose line comes first has it.
 *
 * What a crash cut off is passed over (`lines.ts`). Any other line that cannot be read stops the opening,
 * because what it held is not ours to guess.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { constants, type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { consoleLog, type Log } from 'hagaki'
import type { z } from 'zod'
import { syncFolder } from './disk.ts'
import { writeLine } from './lines.ts'
import { Reader } from './reader.ts'

export class Journal<T extends object, R = void> {
  readonly #path: string
  readonly #file: FileHandle
  readonly #reader: Reader<T>
  readonly #mine: Map<string, { taken: R } | null>
  readonly #log: Log
  readonly #writer: string = randomBytes(6).toString('base64url')
  #written = 0
  #size = 0
  #turn: Promise<unknown> = Promise.resolve()
  #looking: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null
  #told = ''

  private constructor(
    path: string,
    file: FileHandle,
    reader: Reader<T>,
    mine: Map<string, { taken: R } | null>,
    log: Log,
  ) {
    this.#path = path
    this.#file = file
    this.#reader = reader
    this.#mine = mine
    this.#log = log
  }

  /**
   * Opens or creates the file and its folder, and takes every entry in order.
   *
   *   take    of one entry, whoever wrote it; what it throws counts as damage of its line
   *   Fault   setup_faulty, with file and line
   */
  static async open<T extends object, R>(
    path: string,
    schema: z.ZodType<T>,
    take: (entry: T) => R,
    log: Log = consoleLog,
  ): Promise<Journal<T, R>> {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600)
    try {
      await syncFolder(dirname(path)) // a new file is only as safe as its name in the folder
      const mine = new Map<string, { taken: R } | null>()
      const reader = new Reader(
        path,
        schema,
        (entry: T, mark) => {
          const taken = take(entry)
          if (mark !== null && mine.has(mark)) mine.set(mark, { taken })
        },
        log,
      )
      const journal = new Journal<T, R>(path, file, reader, mine, log)
      await journal.#look()
      return journal
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /**
   * Resolves with what `take` gave for this entry, which is then on the disk. Entries of one process are
   * taken in the order of the calls. Throws Error where the disk is full, or the file is not ours alone.
   */
  async append(entry: T): Promise<R> {
    const mark = `${this.#writer}${(this.#written++).toString(36)}`
    const line = writeLine({ ...entry, mark })
    this.#mine.set(mark, null)
    try {
      const written = this.#turn.then(() => this.#write(line))
      this.#turn = written.catch(() => {})
      await written
      await this.#look()
      const mine = this.#mine.get(mark)
      if (mine === null || mine === undefined)
        throw new Error(`${this.#path} does not hold what was written to it: something else changes it`)
      return mine.taken
    } finally {
      this.#mine.delete(mark)
    }
  }

  /**
   * Resolves when all has been taken that others have written so far: who was told that his entry is there finds
   * it, whichever process he asks next. What cannot be read is told to the log, and once.
   */
  async fresh(): Promise<void> {
    try {
      await this.#look()
    } catch (error) {
      if (this.#told === String(error)) return
      this.#told = String(error)
      this.#log.error({ err: error, file: this.#path }, 'Cannot take what others have written')
    }
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#turn
    await (this.#next ?? this.#looking).catch(() => {})
    await this.#file.close()
  }

  // At the end, wherever that is by then: one write is not broken up by those of others. A half line is
  // left to be passed over, as others may have written behind it.
  async #write(line: Buffer): Promise<void> {
    await this.#sizeNow()
    const { bytesWritten } = await this.#file.write(line)
    if (bytesWritten < line.length) throw new Error(`${this.#path}: the disk took half a line`)
  }

  // A look that has begun may have passed what is asked for: the next one is sure to see it.
  #look(): Promise<void> {
    this.#next ??= this.#looking.then(() => {
      this.#next = null
      const looking = this.#catchUp()
      this.#looking = looking.catch(() => {})
      return looking
    })
    return this.#next
  }

  async #catchUp(): Promise<void> {
    const size = await this.#sizeNow()
    if (size === this.#size) return
    await this.#file.datasync() // what others wrote, too: nobody sees what the power could take back
    await this.#reader.read(this.#file, size)
    this.#size = size
  }

  async #sizeNow(): Promise<number> {
    const { size } = await this.#file.stat()
    if (size >= this.#reader.end) return size
    throw new Error(`${this.#path} is shorter than it was: something else changes it`)
  }
}
