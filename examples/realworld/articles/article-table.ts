/**
 * The articles in the database. Slugs are unique, whoever writes at the same time.
 *
 * @module
 */
import type { Resource, Server } from 'hagaki'
import { z } from 'zod'
import { type Database, onDatabase } from '../database.ts'
import type { ViewerId } from '../profiles/profile.ts'
import type { Article, ArticleChanges, Articles, Filter, NewArticle, Part } from './article.ts'
import { ARTICLE, ArticleRow, articleOf, IN_LIST, InListRow, inListOf } from './article-row.ts'
import { slugOf, slugsFor } from './slug.ts'

export interface ArticleTable {
  find(slug: string, viewer: ViewerId): Article | undefined
  /** Its number, and its author's. */
  identify(slug: string): { readonly id: number; readonly author: number } | undefined
  list(filter: Filter, part: Part, viewer: ViewerId): Articles
  /** Those of users that the viewer follows. */
  feed(part: Part, viewer: number): Articles
  /** Gives its slug. */
  add(article: NewArticle, author: number): string
  /** Gives its slug, which is another one when the title is. Undefined: the article is gone. */
  change(id: number, changes: ArticleChanges): string | undefined
  remove(id: number): void
}

const FROM = 'FROM articles AS a JOIN users AS u ON u.id = a.author'

const FILTERS: { readonly [M in keyof Filter]-?: string } = {
  tag: 'a.id IN (SELECT article FROM tags WHERE tag = :tag)',
  author: 'u.username = :author',
  favorited:
    'a.id IN (SELECT article FROM favorites JOIN users AS f ON f.id = user WHERE f.username = :favorited)',
}
const FOLLOWED = 'a.author IN (SELECT followed FROM follows WHERE follower = :viewer)'

const Identity = z.object({ id: z.number(), author: z.number() })
const Named = z.object({ id: z.number(), slug: z.string() })
const Written = z.object({ slug: z.string(), title: z.string(), description: z.string(), body: z.string() })
const Counted = z.object({ count: z.number() })

export const articlesIn = (db: Database, { now, random }: Pick<Server, 'now' | 'random'>): ArticleTable => {
  const some = (conditions: readonly string[], given: Filter, part: Part, viewer: ViewerId): Articles => {
    const where = `${FROM} WHERE ${['TRUE', ...conditions].join(' AND ')}`
    const { tag = null, author = null, favorited = null } = given
    const filter = { tag, author, favorited, viewer }
    // Numbers of articles only grow, so that the newest has the largest.
    const sql = `SELECT ${IN_LIST} ${where} ORDER BY a.id DESC LIMIT :limit OFFSET :offset`
    return {
      articles: db.rows(InListRow, sql, { ...filter, ...part }).map(inListOf),
      articlesCount: db.row(Counted, `SELECT count(*) AS count ${where}`, filter)?.count ?? 0,
    }
  }

  // Says whether `write` has written: it does not where the slug is taken.
  const named = (title: string, write: (slug: string) => z.infer<typeof Named> | undefined) => {
    for (const slug of slugsFor(title, random)) {
      const written = write(slug)
      if (written !== undefined) return written
    }
    throw new Error('There is always another slug')
  }

  const tag = (article: number, tags: readonly string[]): void => {
    db.run('DELETE FROM tags WHERE article = :article', { article })
    for (const tag of tags)
      db.run('INSERT INTO tags (article, tag) VALUES (:article, :tag) ON CONFLICT DO NOTHING', {
        article,
        tag,
      })
  }

  return {
    find: (slug, viewer) => {
      const row = db.row(ArticleRow, `SELECT ${ARTICLE} ${FROM} WHERE a.slug = :slug`, { slug, viewer })
      return row && articleOf(row)
    },

    identify: (slug) => db.row(Identity, 'SELECT id, author FROM articles WHERE slug = :slug', { slug }),

    list: (filter, part, viewer) => {
      const members = (['tag', 'author', 'favorited'] as const).filter(
        (member) => filter[member] !== undefined,
      )
      return some(
        members.map((member) => FILTERS[member]),
        filter,
        part,
        viewer,
      )
    },

    feed: (part, viewer) => some([FOLLOWED], {}, part, viewer),

    add: ({ title, description, body, tagList }, author) =>
      db.atOnce(() => {
        const { id, slug } = named(title, (slug) =>
          db.row(
            Named,
            `INSERT INTO articles (slug, author, title, description, body, created, updated)
             VALUES (:slug, :author, :title, :description, :body, :now, :now)
             ON CONFLICT (slug) DO NOTHING RETURNING id, slug`,
            { slug, author, title, description, body, now: now() },
          ),
        )
        tag(id, tagList)
        return slug
      }),

    change: (id, changes) =>
      db.atOnce(() => {
        const asked = 'SELECT slug, title, description, body FROM articles WHERE id = :id'
        const current = db.row(Written, asked, { id })
        if (current === undefined) return undefined
        const { title = current.title, description = current.description, body = current.body } = changes
        // However fast one change follows another, it is later.
        const write = (slug: string) =>
          db.row(
            Named,
            `UPDATE OR IGNORE articles SET slug = :slug, title = :title, description = :description,
               body = :body, updated = max(:now, updated + 1)
             WHERE id = :id RETURNING id, slug`,
            { id, slug, title, description, body, now: now() },
          )
        const kept = slugOf(title) === slugOf(current.title)
        const slug = kept ? write(current.slug)?.slug : named(title, write).slug
        if (changes.tagList !== undefined) tag(id, changes.tagList)
        return slug
      }),

    remove: (id) => db.run('DELETE FROM articles WHERE id = :id', { id }),
  }
}

export const articles: Resource<ArticleTable> = onDatabase(articlesIn)
