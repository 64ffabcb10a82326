/**
 * Favorites as a service: like an article, and like it no more. It knows no HTTP.
 *
 * @module
 */
import { raise, service, verbs } from 'hagaki'
import { z } from 'zod'
import { Article, ArticleMissing } from '../articles/article.ts'
import { articles } from '../articles/article-table.ts'
import { user } from '../users/viewer.ts'
import { favorites as table } from './favorite-table.ts'

const Which = z.object({ slug: z.string() })
const Shown = z.object({ article: Article })

const { acts, deletes } = verbs({ user, articles, favorites: table })

const add = acts(
  '/articles/{slug}/favorite',
  // Some clients send a body along, which says nothing; below as well.
  {
    accepts: Which,
    ignoresBody: true,
    returns: Shown,
    errors: [ArticleMissing],
    summary: 'Likes an article',
  },
  ({ slug }, { user, articles, favorites }) => {
    favorites.add(slug, user.id)
    return { article: articles.find(slug, user.id) ?? raise(ArticleMissing()) }
  },
)

const remove = deletes(
  '/articles/{slug}/favorite',
  {
    accepts: Which,
    ignoresBody: true,
    returns: Shown,
    errors: [ArticleMissing],
    summary: 'Likes an article no more',
  },
  ({ slug }, { user, articles, favorites }) => {
    favorites.remove(slug, user.id)
    return { article: articles.find(slug, user.id) ?? raise(ArticleMissing()) }
  },
)

export const favorites = service({ add, remove })
