/**
 * Reading a journal: every entry in order, and later on from where it stopped.
 *
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises'
import { Fault, type Log } from 'hagaki'
import type { z } from 'zod'
import { wholeLines } from './lines.ts'

/** Takes one entry, and the mark that whoever wrote it knows it by; null where it has none. */
type Take<T> = (entry: T, mark: string | null) => void

export class Reader<T> {
  readonly #path: string
  readonly #schema: z.ZodType<T>
  readonly #take: Take<T>
  readonly #log: Log
  #lines = 0
  #end = 0

  /** What `take` throws counts as damage of its line. */
  constructor(path: string, schema: z.ZodType<T>, take: Take<T>, log: Log) {
    this.#path = path
    this.#schema = schema
    this.#take = take
    this.#log = log
  }

  /** Octets that were read, up to the end of the last whole line. */
  get end(): number {
    return this.#end
  }

  /** Reads on, up to `to` octets from the beginning. Fault: setup_faulty, with file and line. */
  async read(file: FileHandle, to: number): Promise<void> {
    try {
      for await (const { json, torn, end } of wholeLines(file, this.#end, to)) {
        if (torn > 0) this.#log.warn({ file: this.#path, octets: torn }, 'Passed over what was never whole')
        const { mark = null, ...entry } = JSON.parse(UTF8.decode(json)) as { mark?: string }
        this.#take(this.#schema.parse(entry), mark)
        this.#lines++
        this.#end = end
      }
    } catch (error) {
      throw damaged(this.#path, this.#lines + 1, error)
    }
  }
}

/** Reads every whole line of a file in order. One that is not there is empty. Fault: setup_faulty. */
export async function readJournal<T>(
  path: string,
  schema: z.ZodType<T>,
  take: (entry: T) => void,
  log: Log,
): Promise<void> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    await new Reader(path, schema, take, log).read(file, (await file.stat()).size)
  } finally {
    await file.close()
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

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
