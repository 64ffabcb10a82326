/**
 * The thread that fuzzes, with the sources that it tests, instrumented and bundled into one file: it is
 * loaded as it is, on any Node.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { instrument } from './instrument.ts'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))

export interface Bundle {
  /** Its file. */
  readonly path: string
  /** How many places count. */
  readonly places: number
  /** What the sources compare their input with. */
  readonly words: readonly string[]
}

/** Writes the bundle into `folder`. Rejects with Error when a source does not parse. */
export async function bundle(folder: string): Promise<Bundle> {
  const path = join(folder, 'worker.mjs')
  const words = new Set<string>()
  let places = 0
  await build({
    entryPoints: [WORKER],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [
      {
        name: 'instrument',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
            const text = readFileSync(file, 'utf8')
            if (!file.startsWith(SRC.endsWith(sep) ? SRC : SRC + sep)) return { contents: text, loader: 'ts' }
            const made = instrument(file, text, places)
            places = made.next
            for (const word of made.words) words.add(word)
            return { contents: made.text, loader: 'ts' }
          }),
      },
    ],
  })
  return { path, places, words: [...words] }
}
