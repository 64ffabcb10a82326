/**
 * Spooling: bytes that flow in, kept until the call is over, in memory while they are few and in a file of
 * their own when they are many. Node only.
 *
 *   for await (const part of body) {
 *     const file = await spool(part, { defer, limit: '5gb' })
 *     await file.moveTo(`/srv/files/${id}`)
 *   }
 *
 * @module
 */
import { tmpdir } from 'node:os'
import type { Outcome } from '../contract.ts'
import { Fault } from '../fault.ts'
import { parseSize } from '../value/size.ts'
import { forgetDirectory, spoolDirectory } from './directory.ts'
import { SpoolFile } from './file.ts'
import { Held } from './held.ts'
import { keptBytes, keptFile, type Spooled } from './kept.ts'

export type { Spooled } from './kept.ts'

export interface SpoolOptions {
  /** Of the call: what was spooled is gone once it is over. */
  readonly defer: (task: (outcome: Outcome) => void | Promise<void>) => void
  /** The most that is taken, such as "5gb". Beyond: fault body_too_large, and nothing is left. */
  readonly limit: string | number
  /** Up to so much stays in memory: 64 KiB by default. */
  readonly memory?: string | number
  /** Where the file is made, in a directory of this process: the system's own for such files by default. */
  readonly dir?: string
  /** Also works out the SHA-256 of the bytes. */
  readonly hash?: boolean
}

const MEMORY = 64 * 1024

/**
 * Takes all of a part, or of any bytes. They are written no faster than the disk takes them, and so are they
 * read. Faults: body_too_large, and whatever the bytes throw; nothing is left then. setup_faulty.
 */
export async function spool(
  from: AsyncIterable<Uint8Array> | { readonly stream: AsyncIterable<Uint8Array> },
  { defer, limit, memory = MEMORY, dir = tmpdir(), hash = false }: SpoolOptions,
): Promise<Spooled> {
  const [most, small] = [parseSize(limit), parseSize(memory)]
  const held = new Held(hash)
  let file: SpoolFile | null = null
  let over = false
  defer(async () => {
    over = true
    held.clear()
    await file?.remove()
  })
  try {
    for await (const piece of 'stream' in from ? from.stream : from) {
      if (over) throw new Fault('request_aborted', { reason: 'the call is over' })
      held.add(piece)
      if (held.size > most) throw new Fault('body_too_large', { bytes: null, limit: most })
      if (file === null && held.size <= small) continue
      file ??= await fileBelow(dir)
      if (held.waiting >= MEMORY) await file.write(held.take())
    }
    if (file !== null) await file.write(held.take())
    await file?.finish()
    if (over) throw new Fault('request_aborted', { reason: 'the call is over' })
  } catch (error) {
    held.clear()
    await file?.remove()
    throw error
  }
  return file === null ? keptBytes(held) : keptFile(file, held)
}

async function fileBelow(dir: string): Promise<SpoolFile> {
  const directory = await spoolDirectory(dir)
  try {
    return await SpoolFile.make(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await forgetDirectory(dir, directory)
    return SpoolFile.make(await spoolDirectory(dir))
  }
}
