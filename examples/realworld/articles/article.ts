/**
 * What an article is, as data.
 *
 * @module
 */
import { failure } from 'hagaki'
import { z } from 'zod'
import { Profile } from '../profiles/profile.ts'
import { line, lines, orBlank } from '../text.ts'

const MOST_TAGS = 20

/** A set: each is there once, in alphabetical order when they come back. Blank ones are left out. */
const TagList = z
  .array(
    z
      .string('must be a text')
      .trim()
      .max(50, 'is too long (maximum is 50 characters)')
      .regex(/^\P{Cc}*$/u, 'is invalid'),
    { error: orBlank('must be a list') },
  )
  .max(MOST_TAGS, `is too long (maximum is ${MOST_TAGS} tags)`)
  .transform((tags) => tags.filter((tag) => tag !== ''))

const missing = { error: orBlank('must be an object') }

const Title = line(255)
const Description = lines(2000)
const Body = lines(100_000)

/** What somebody writes. */
export const NewArticle = z.object(
  { title: Title, description: Description, body: Body, tagList: TagList.default([]) },
  missing,
)
export type NewArticle = z.infer<typeof NewArticle>

/** What its author changes of it. Tags that are left out stay. */
export const ArticleChanges = z.object(
  {
    title: Title.optional(),
    description: Description.optional(),
    body: Body.optional(),
    tagList: TagList.optional(),
  },
  missing,
)
export type ArticleChanges = z.infer<typeof ArticleChanges>

export const Article = z.object({
  slug: z.string(),
  title: z.string(),
  description: z.string(),
  body: z.string(),
  tagList: z.array(z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  favorited: z.boolean(),
  favoritesCount: z.int(),
  author: Profile,
})
export type Article = z.infer<typeof Article>

/** Articles among others are shown without their bodies. */
export const ArticleInList = Article.omit({ body: true })
export type ArticleInList = z.infer<typeof ArticleInList>

/** Some of `articlesCount` articles, the newest first. */
export const Articles = z.object({ articles: z.array(ArticleInList), articlesCount: z.int() })
export type Articles = z.infer<typeof Articles>

const least = (minimum: number) =>
  z.number('must be a number').int('must be a whole number').min(minimum, `must be at least ${minimum}`)

/** No answer holds more, whatever the limit. */
export const MOST_LISTED = 100

/** Which of them. */
export const Part = z.object({
  limit: least(1)
    .default(20)
    .transform((limit) => Math.min(limit, MOST_LISTED)),
  offset: least(0).default(0),
})
export type Part = z.infer<typeof Part>

/** Which there are at all: all that is said has to hold. Users are meant by their names. */
export const Filter = z.object({
  tag: z.string().optional(),
  author: z.string().optional(),
  favorited: z.string().optional(),
})
export type Filter = z.infer<typeof Filter>

export const ArticleMissing = failure('article_missing', 'missing')
export const ArticleDenied = failure('article_denied', 'denied')
