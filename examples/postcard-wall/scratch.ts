/**
 * For tests: folders that are gone afterwards, and walls that hang in them.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Board } from './board.ts'
import type { Draft } from './card.ts'
import { Cards } from './cards.ts'

/** 20 November 2026, 11:30 UTC. */
export const THEN: number = Date.UTC(2026, 10, 20, 11, 30)

export const HELLO: Draft = { text: 'Hello from the sea', from: 'Ada', to: 'Grace' }

/** The path of a file that is not there yet, in a folder of its own. */
export async function scratchFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postcard-wall-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'data', 'cards.jsonl')
}

/** Cards in a scratch file, or in one that was there before; closed when the test is over. */
export async function scratchCards(path?: string, board?: Board): Promise<Cards> {
  const cards = await Cards.open(path ?? (await scratchFile()), () => THEN, board)
  onTestFinished(() => cards.close())
  return cards
}
