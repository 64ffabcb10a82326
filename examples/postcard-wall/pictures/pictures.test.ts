import { readdir, writeFile } from 'node:fs/promises'
import type { Spooled } from 'hagaki/spool'
import { expect, test } from 'vitest'
import { png, scratchPictures } from '../scratch.ts'
import { WallFull } from './pictures.ts'

/** Bytes as `spool` keeps them, in small pieces. */
function spooled(bytes: Uint8Array): Spooled {
  return {
    size: bytes.length,
    sha256: null,
    path: null,
    stream: async function* () {
      for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5)
    },
    moveTo: (path) => writeFile(path, bytes, { flag: 'wx' }),
  }
}

const nowhere = (): boolean => false
const everywhere = (): boolean => true

test('a picture is found by its name until it is removed, and removed as often as one likes', async () => {
  const pictures = await scratchPictures()
  const name = await pictures.keep(spooled(png(100)), nowhere)
  const { octets, pieces } = (await pictures.find(name))!
  expect(octets).toBe(100)
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  expect(Buffer.concat(all).equals(png(100))).toBe(true)
  for (let again = 0; again < 2; again++) await pictures.remove(name)
  expect(await pictures.find(name)).toBe(null)
})

test('one that hangs nowhere after an hour goes when the next one comes; what hangs, stays', async () => {
  let nowMs = Date.now()
  const pictures = await scratchPictures(() => nowMs)
  const hung = await pictures.keep(spooled(png()), nowhere)
  const forgotten = await pictures.keep(spooled(png()), nowhere)
  nowMs += 3_599_000
  const next = await pictures.keep(spooled(png()), (name) => name === hung)
  expect(await pictures.find(forgotten)).not.toBe(null)
  nowMs += 2_000
  const last = await pictures.keep(spooled(png()), (name) => name === hung || name === next)
  expect((await readdir(pictures.folder)).sort()).toEqual([hung, next, last].sort())
})

test('the folder has room for so many, and what is none of them is left alone', async () => {
  const pictures = await scratchPictures(undefined, 2)
  await writeFile(`${pictures.folder}/README`, 'not ours')
  for (let count = 0; count < 2; count++) await pictures.keep(spooled(png()), everywhere)
  const full = await pictures.keep(spooled(png()), everywhere).catch((error: unknown) => error)
  expect(WallFull.is(full)).toBe(true)
  expect(await readdir(pictures.folder)).toHaveLength(3)
})
