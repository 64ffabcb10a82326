/**
 * The comments in the database, each on an article. An article that goes takes its comments along.
 *
 * @module
 */
import type { Resource, Server } from 'hagaki'
import { z } from 'zod'
import { type Database, instant, onDatabase } from '../database.ts'
import type { ViewerId } from '../profiles/profile.ts'
import { PROFILE, ProfileRow, profileOf } from '../profiles/profile-row.ts'
import type { Comment } from './comment.ts'

export interface Comments {
  /** Of an article, the newest first, at most 1,000. */
  list(article: number, viewer: ViewerId): Comment[]
  /** Undefined: the article is gone. */
  add(article: number, author: number, body: string): Comment | undefined
  /** The number of who wrote it. Undefined: there is none of that number on the article. */
  authorOf(article: number, id: number): number | undefined
  remove(id: number): void
}

const COMMENT = `c.id, c.body, c.created, ${PROFILE}`
const FROM = 'FROM comments AS c JOIN users AS u ON u.id = c.author'

const Row = ProfileRow.extend({ id: z.number(), body: z.string(), created: instant })
const Added = z.object({ id: z.number() })
const By = z.object({ author: z.number() })

const commentOf = (row: z.infer<typeof Row>): Comment => ({
  id: row.id,
  createdAt: row.created,
  updatedAt: row.created, // nobody can change one
  body: row.body,
  author: profileOf(row),
})

export const commentsIn = (db: Database, { now }: Pick<Server, 'now'>): Comments => ({
  list: (article, viewer) =>
    db
      .rows(Row, `SELECT ${COMMENT} ${FROM} WHERE c.article = :article ORDER BY c.id DESC LIMIT 1000`, {
        article,
        viewer,
      })
      .map(commentOf),

  add: (article, author, body) =>
    db.atOnce(() => {
      const added = db.row(
        Added,
        `INSERT INTO comments (article, author, body, created)
         SELECT id, :author, :body, :now FROM articles WHERE id = :article RETURNING id`,
        { article, author, body, now: now() },
      )
      if (added === undefined) return undefined
      const row = db.row(Row, `SELECT ${COMMENT} ${FROM} WHERE c.id = :id`, { ...added, viewer: author })
      return row && commentOf(row)
    }),

  authorOf: (article, id) =>
    db.row(By, 'SELECT author FROM comments WHERE id = :id AND article = :article', { article, id })?.author,

  remove: (id) => db.run('DELETE FROM comments WHERE id = :id', { id }),
})

export const comments: Resource<Comments> = onDatabase(commentsIn)
