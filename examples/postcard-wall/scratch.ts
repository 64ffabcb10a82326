/**
 * For tests: folders that are gone afterwards, and walls that hang in them.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { passwords } from 'hagaki/passwords'
import { onTestFinished } from 'vitest'
import type { Board } from './board.ts'
import { Cards } from './cards.ts'
import { Members } from './members/members.ts'
import { Pictures } from './pictures/pictures.ts'

/** 20 November 2026, 11:30 UTC. */
export const THEN: number = Date.UTC(2026, 10, 20, 11, 30)

export const HELLO = { text: 'Hello from the sea', from: 'Ada', to: 'Grace' } as const

/** The smallest picture there is, and more octets of nothing. */
export function png(octets = 67): Uint8Array {
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  return Buffer.concat([Buffer.from(pixel, 'base64'), Buffer.alloc(octets)]).subarray(0, octets)
}

/** A folder that is not there yet, within one that the caller removes. */
export async function temporary(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'postcard-wall-')), 'data')
}

/** The same, gone when the test is over. */
export async function scratchFolder(): Promise<string> {
  const folder = await temporary()
  onTestFinished(() => rm(dirname(folder), { recursive: true, force: true }))
  return folder
}

/** The path of a file that is not there yet, in a folder of its own. */
export async function scratchFile(name = 'cards.jsonl'): Promise<string> {
  return join(await scratchFolder(), name)
}

/** Cards in a scratch file, or in one that was there before; closed when the test is over. */
export async function scratchCards(path?: string, board?: Board): Promise<Cards> {
  const cards = await Cards.open(path ?? (await scratchFile()), () => THEN, board)
  onTestFinished(() => cards.close())
  return cards
}

/** Members whose passwords are cheap to check. */
export async function scratchMembers(
  path?: string,
  now: () => number = () => THEN,
  most?: number,
): Promise<Members> {
  const cheap = passwords({ cost: { N: 2, r: 1, p: 1 } })
  const members = await Members.open(path ?? (await scratchFile('members.jsonl')), now, cheap, most)
  onTestFinished(() => members.close())
  return members
}

export async function scratchPictures(now?: () => number, most?: number): Promise<Pictures> {
  return Pictures.open(join(dirname(await scratchFile()), 'pictures'), now, most)
}

/** What the service opens, all of it in folders of its own. */
export async function scratchResources(): Promise<{ cards: Cards; members: Members; pictures: Pictures }> {
  return { cards: await scratchCards(), members: await scratchMembers(), pictures: await scratchPictures() }
}
