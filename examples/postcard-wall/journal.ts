/**
 * An append-only file of JSON lines.
 *
 * An entry counts once its line is on the disk, line feed included. What follows the last line
 * feed was never accepted: a crash cut it off. It is dropped at the next opening. Any other line
 * that cannot be read stops the opening, because what it held is not ours to guess.
 *
 * @module
 */
import { createReadStream } from 'node:fs'
import { constants, type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { consoleLog, Fault, type Log } from 'hagaki'
import type { z } from 'zod'

/** Octets that a line may have: far more than any card, and not all of memory. */
const MOST_OCTETS = 64 * 1024

export class Journal<T> {
  readonly #path: string
  readonly #file: FileHandle
  #end: number
  #turn: Promise<void> = Promise.resolve()

  private constructor(path: string, file: FileHandle, end: number) {
    this.#path = path
    this.#file = file
    this.#end = end
  }

  /**
   * Opens or creates the file and its folder, and replays every entry in order.
   *
   *   replay   takes one entry; what it throws counts as damage of its line
   *   Fault    setup_faulty, with file and line
   */
  static async open<T>(
    path: string,
    schema: z.ZodType<T>,
    replay: (entry: T) => void,
    log: Log = consoleLog,
  ): Promise<Journal<T>> {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, constants.O_RDWR | constants.O_CREAT)
    try {
      await syncFolder(dirname(path))
      const end = await readJournal(path, schema, replay)
      const torn = (await file.stat()).size - end
      if (torn > 0) {
        log.warn({ file: path, octets: torn }, 'Dropped a last line that was never whole')
        await file.truncate(end)
        await file.datasync()
      }
      return new Journal<T>(path, file, end)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Resolves when the entry is on the disk. Entries are written in the order of the calls. */
  append(entry: T): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    const written = this.#turn.then(() => this.#write(line))
    this.#turn = written.catch(() => {})
    return written
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#turn
    await this.#file.close()
  }

  async #write(line: Buffer): Promise<void> {
    const { size } = await this.#file.stat()
    if (size !== this.#end) {
      throw new Error(`${this.#path} has ${size} octets and not ${this.#end}: something else writes to it`)
    }
    try {
      const { bytesWritten } = await this.#file.write(line, 0, line.length, this.#end)
      if (bytesWritten < line.length) throw new Error(`${this.#path}: the disk took half a line`)
      await this.#file.datasync()
    } catch (error) {
      await this.#file.truncate(this.#end) // a half line would damage the next one
      throw error
    }
    this.#end += line.length
  }
}

/** Reads every whole line in order, and gives where the last one ends. A file that is not there is empty. */
export async function readJournal<T>(
  path: string,
  schema: z.ZodType<T>,
  take: (entry: T) => void,
): Promise<number> {
  let number = 0
  let end = 0
  for await (const line of wholeLines(path)) {
    number++
    end += line.length + 1
    try {
      take(schema.parse(JSON.parse(UTF8.decode(line))))
    } catch (error) {
      throw damaged(path, number, error)
    }
  }
  return end
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

async function* wholeLines(path: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk])
      for (let feed = rest.indexOf('\n'); feed >= 0; feed = rest.indexOf('\n')) {
        yield rest.subarray(0, feed)
        rest = rest.subarray(feed + 1)
      }
      if (rest.length > MOST_OCTETS) throw new Error(`${path} has a line over ${MOST_OCTETS} octets`)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function damaged(path: string, line: number, cause: unknown): Fault {
  return new Fault(
    'setup_faulty',
    {
      what: `${path}, line ${line}`,
      reason: 'the line is damaged',
      fix: 'Mend it, or move the file away to begin with an empty wall',
    },
    cause,
  )
}

// A new file is only as safe as its name in the folder. Windows cannot sync folders, and need not.
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
