/**
 * Pictures as PNG: eight bits a colour, one image chunk, nothing else.
 *
 * W3C Portable Network Graphics, sections 5 (chunks), 9 (filters) and 11.2 (critical chunks).
 *
 * @module
 */
import { crc32, deflateSync } from 'node:zlib'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Three octets a pixel, row by row. */
  readonly rgb: Buffer
}

export function encodePng({ width, height, rgb }: Picture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8) // depth, true colour, deflate, adaptive filters, not interlaced
  const row = width * 3
  const lines = Buffer.alloc((row + 1) * height)
  for (let y = 0; y < height; y++) filterUp(rgb, lines, y, row)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

// Filter 2, "Up": what differs from the row above.
function filterUp(rgb: Buffer, lines: Buffer, y: number, row: number): void {
  const begin = y * (row + 1)
  lines[begin] = 2
  for (let x = 0; x < row; x++) {
    const above = y === 0 ? 0 : rgb[(y - 1) * row + x]!
    lines[begin + 1 + x] = rgb[y * row + x]! - above
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
