/**
 * The tags of articles, in the database. A tag is there as long as an article has it.
 *
 * @module
 */
import type { Resource } from 'hagaki'
import { z } from 'zod'
import { type Database, onDatabase } from '../database.ts'

export interface Tags {
  /** What most articles have comes first; at most 1,000. */
  popular(): string[]
}

const Row = z.object({ tag: z.string() })

export const tagsIn = (db: Database): Tags => ({
  popular: () =>
    db
      .rows(Row, 'SELECT tag FROM tags GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 1000')
      .map(({ tag }) => tag),
})

export const tags: Resource<Tags> = onDatabase(tagsIn)
