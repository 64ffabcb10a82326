/**
 * Articles as a service: list, feed, read, add, change and remove. It knows no HTTP.
 *
 * @module
 */
import { raise, service, verbs } from 'hagaki'
import { z } from 'zod'
import type { Account } from '../users/user.ts'
import { user, viewer } from '../users/viewer.ts'
import {
  Article,
  ArticleChanges,
  ArticleDenied,
  ArticleMissing,
  Articles,
  Filter,
  NewArticle,
  Part,
} from './article.ts'
import { type ArticleTable, articles as table } from './article-table.ts'

const Which = z.object({ slug: z.string() })
const Shown = z.object({ article: Article })

const { reads } = verbs({ viewer, articles: table })
const own = verbs({ user, articles: table })

const list = reads(
  '/articles',
  { accepts: Filter.extend(Part.shape), returns: Articles, summary: 'Articles, the newest first' },
  ({ limit, offset, ...filter }, { viewer, articles }) =>
    articles.list(filter, { limit, offset }, viewer?.id ?? null),
)

const feed = own.reads(
  '/articles/feed',
  { accepts: Part, returns: Articles, summary: 'Articles of users that one follows' },
  (part, { user, articles }) => articles.feed(part, user.id),
)

const read = reads(
  '/articles/{slug}',
  { accepts: Which, returns: Shown, errors: [ArticleMissing], summary: 'One article' },
  ({ slug }, { viewer, articles }) => shown(slug, articles, viewer),
)

const add = own.creates(
  '/articles',
  {
    accepts: z.object({ article: NewArticle }),
    returns: Shown,
    errors: [ArticleMissing],
    limit: '1mb',
    summary: 'Writes an article',
  },
  ({ article }, { user, articles }) => shown(articles.add(article, user.id), articles, user),
)

// PUT, and yet what is left out stays: so the API has it.
const change = own.replaces(
  '/articles/{slug}',
  {
    accepts: z.object({ slug: z.string(), article: ArticleChanges }),
    returns: Shown,
    errors: [ArticleMissing, ArticleDenied],
    limit: '1mb',
    summary: 'Changes an article of one’s own',
  },
  ({ slug, article }, { user, articles }) => {
    const changed = articles.change(ownId(slug, articles, user), article)
    return shown(changed ?? raise(ArticleMissing()), articles, user)
  },
)

const remove = own.deletes(
  '/articles/{slug}',
  {
    accepts: Which,
    ignoresBody: true,
    errors: [ArticleMissing, ArticleDenied],
    summary: 'Removes an article of one’s own',
  },
  ({ slug }, { user, articles }) => articles.remove(ownId(slug, articles, user)),
)

function shown(slug: string, articles: ArticleTable, viewer: Account | null): z.infer<typeof Shown> {
  return { article: articles.find(slug, viewer?.id ?? null) ?? raise(ArticleMissing()) }
}

function ownId(slug: string, articles: ArticleTable, user: Account): number {
  const { id, author } = articles.identify(slug) ?? raise(ArticleMissing())
  return author === user.id ? id : raise(ArticleDenied())
}

export const articles = service({ list, feed, read, add, change, remove })
