/**
 * A stamp that no other wall has: the Julia set of a number drawn from what hangs there.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { encodePng, type Picture } from './png.ts'

/** Pixels. Each is the mean of SAMPLES x SAMPLES points. */
const WIDTH = 360
const HEIGHT = 440
const SAMPLES = 2
const ROUNDS = 400

type Colour = readonly [red: number, green: number, blue: number]

/** Inks, from the ground to the finest lines. */
const INKS: readonly (readonly Colour[])[] = [
  [
    [250, 240, 219],
    [236, 187, 110],
    [193, 63, 46],
    [36, 58, 104],
    [250, 240, 219],
  ],
  [
    [233, 240, 232],
    [143, 184, 172],
    [31, 92, 99],
    [226, 160, 62],
    [255, 250, 240],
  ],
  [
    [247, 232, 226],
    [233, 160, 166],
    [150, 58, 92],
    [44, 48, 92],
    [250, 240, 219],
  ],
  [
    [226, 234, 240],
    [111, 143, 174],
    [39, 54, 92],
    [193, 63, 46],
    [255, 250, 240],
  ],
  [
    [244, 236, 208],
    [164, 176, 106],
    [64, 100, 74],
    [48, 46, 62],
    [238, 187, 77],
  ],
]

/** The stamp as PNG. The same text gives the same stamp. Takes about half a second of one processor. */
export function stampOf(text: string): Buffer {
  const hash = createHash('sha256').update(text).digest()
  // Along the edge of the Mandelbrot set's heart, just outside, every Julia set is worth a stamp.
  const angle = (hash.readUInt32BE(0) / 2 ** 32) * 2 * Math.PI
  const [re, im] = [Math.cos(angle), Math.sin(angle)]
  const reach = 1.03
  const cRe = (reach * (re - (re * re - im * im) / 2)) / 2
  const cIm = (reach * (im - re * im)) / 2
  return encodePng(draw(cRe, cIm, INKS[hash[4]! % INKS.length]!))
}

function draw(cRe: number, cIm: number, inks: readonly Colour[]): Picture {
  const rgb = Buffer.alloc(WIDTH * HEIGHT * 3)
  const step = 2.9 / HEIGHT / SAMPLES
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const sum = [0, 0, 0]
      for (let part = 0; part < SAMPLES * SAMPLES; part++) {
        const across = x * SAMPLES + (part % SAMPLES) - (WIDTH * SAMPLES) / 2
        const down = y * SAMPLES + Math.floor(part / SAMPLES) - (HEIGHT * SAMPLES) / 2
        // Turned by a quarter: these sets are wide, and stamps are tall.
        const colour = inked(rounds(down * step, across * step, cRe, cIm), inks)
        for (const [at, value] of colour.entries()) sum[at]! += value
      }
      for (const [at, value] of sum.entries()) rgb[(y * WIDTH + x) * 3 + at] = value / SAMPLES ** 2
    }
  }
  return { width: WIDTH, height: HEIGHT, rgb }
}

// How long z stays, with the fraction that makes the shades smooth.
function rounds(re: number, im: number, cRe: number, cIm: number): number {
  let [zRe, zIm] = [re, im]
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = [zRe * zRe, zIm * zIm]
    if (a + b > 64) return round + 1 - Math.log2(Math.log2(a + b) / 2)
    zIm = 2 * zRe * zIm + cIm
    zRe = a - b + cRe
  }
  return ROUNDS
}

// The first ink far out, the last where z stays longest.
function inked(stayed: number, inks: readonly Colour[]): Colour {
  const place = (Math.log(1 + Math.max(0, stayed)) / Math.log(1 + ROUNDS)) ** 1.6 * (inks.length - 1)
  const at = Math.min(inks.length - 2, Math.floor(place))
  const [from, to] = [inks[at]!, inks[at + 1]!]
  const share = place - at
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ]
}
