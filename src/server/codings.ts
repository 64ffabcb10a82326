/**
 * Content codings undone by `node:zlib`: what it has and the web has not, and the others faster.
 *
 * @module
 */
import zlib from 'node:zlib'
import { provideCoding, type UndoCoding } from '../codec/coding.ts'
import { malformed } from '../codec/format.ts'
import { gzipEnds } from '../codec/inflate.ts'
import { Fault } from '../fault.ts'

/** Every coding that this Node undoes and that it tells the end of. */
export function provideNodeCodings(): void {
  provideCoding('gzip', async (bytes, limit) => {
    const content = await run('gzip', zlib.gunzip, bytes, limit)
    // Node reads more members; the web's reader refuses them.
    if (!gzipEnds(bytes, content.byteLength)) throw malformed('something stands behind its gzip data')
    return content
  })
  provideCoding('deflate', (bytes, limit) => run('deflate', zlib.inflate, bytes, limit))
  provideCoding('br', (bytes, limit) => run('br', zlib.brotliDecompress, bytes, limit))
  const zstd = zstdCoding()
  if (zstd !== null) provideCoding('zstd', zstd)
}

type Decompress = (
  bytes: Uint8Array,
  options: { readonly info: true; readonly maxOutputLength: number; readonly params?: Params },
  done: (error: Error | null, result: unknown) => void,
) => void

type Params = Readonly<Record<number, number>>

/** With `info`. */
interface Decompressed {
  readonly buffer: Uint8Array
  /** Told how many bytes it has read. */
  readonly engine: { readonly bytesWritten: number }
}

// Stops at the limit: Node asks after every chunk of 16 KiB.
function run(
  coding: string,
  decompress: Decompress | typeof zlib.gunzip,
  bytes: Uint8Array,
  limit: number,
  params?: Params,
): Promise<Uint8Array> {
  // Node takes no 0 for a length.
  const options = { info: true as const, maxOutputLength: Math.max(limit, 1), ...(params && { params }) }
  return new Promise((resolve, reject) => {
    ;(decompress as Decompress)(bytes, options, (error, result) => {
      if (error !== null) return reject(faultOf(error, coding, limit))
      const { buffer, engine } = result as Decompressed
      if (engine.bytesWritten !== bytes.byteLength)
        return reject(malformed(`something stands behind its ${coding} data`))
      if (buffer.byteLength > limit) return reject(tooLarge(limit))
      // As everywhere: bytes, and nothing of Node's about them.
      resolve(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength))
    })
  })
}

function faultOf(error: NodeJS.ErrnoException, coding: string, limit: number): Fault {
  return error.code === 'ERR_BUFFER_TOO_LARGE'
    ? tooLarge(limit)
    : malformed(`it is not ${coding} data`, error)
}

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', { bytes: null, limit })
}

/** What Node's types of the oldest release do not have. */
interface Zstd {
  readonly zstdDecompress?: Decompress
  readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array
  readonly constants: { readonly ZSTD_d_windowLogMax?: number }
}

/** RFC 9659 section 3: a window of 8 MiB is what every receiver has to have, and no sender may ask for more. */
const WINDOW_LOG = 23

/** A frame of one octet that is cut off within. */
const CUT_OFF = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01, 0x09, 0x00])

// Null where Node has none, and on those where data that are cut off look like data that ended (Node 22).
function zstdCoding(): UndoCoding | null {
  const { zstdDecompress, zstdDecompressSync, constants } = zlib as unknown as Zstd
  const { ZSTD_d_windowLogMax: windowLog } = constants
  if (zstdDecompress === undefined || zstdDecompressSync === undefined || windowLog === undefined) return null
  try {
    zstdDecompressSync(CUT_OFF)
    return null
  } catch {
    return (bytes, limit) => run('zstd', zstdDecompress, bytes, limit, { [windowLog]: WINDOW_LOG })
  }
}
