/**
 * Articles as rows: the columns that are asked for, and what is made of them.
 *
 * @module
 */
import { z } from 'zod'
import { flag, instant } from '../database.ts'
import { PROFILE, ProfileRow, profileOf } from '../profiles/profile-row.ts'
import type { Article, ArticleInList } from './article.ts'

/** Of `articles AS a` and their authors, `users AS u`, as `:viewer` sees them. */
export const IN_LIST = `a.slug, a.title, a.description, a.created, a.updated, ${PROFILE},
  (SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE article = a.id ORDER BY tag)) AS tags,
  (SELECT count(*) FROM favorites WHERE article = a.id) AS favorites,
  EXISTS (SELECT 1 FROM favorites WHERE article = a.id AND user = :viewer) AS favorited`

export const ARTICLE = `${IN_LIST}, a.body`

export const InListRow = ProfileRow.extend({
  slug: z.string(),
  title: z.string(),
  description: z.string(),
  created: instant,
  updated: instant,
  tags: z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(z.array(z.string())),
  favorites: z.number(),
  favorited: flag,
})

export const ArticleRow = InListRow.extend({ body: z.string() })

export const inListOf = (row: z.infer<typeof InListRow>): ArticleInList => ({
  slug: row.slug,
  title: row.title,
  description: row.description,
  tagList: row.tags,
  createdAt: row.created,
  updatedAt: row.updated,
  favorited: row.favorited,
  favoritesCount: row.favorites,
  author: profileOf(row),
})

export const articleOf = (row: z.infer<typeof ArticleRow>): Article => ({ ...inListOf(row), body: row.body })
