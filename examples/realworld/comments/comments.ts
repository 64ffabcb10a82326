/**
 * Comments as a service: list, add and remove. It knows no HTTP.
 *
 * @module
 */
import { raise, service, verbs } from 'hagaki'
import { z } from 'zod'
import { ArticleMissing } from '../articles/article.ts'
import { articles } from '../articles/article-table.ts'
import { newer } from '../revision.ts'
import { user, viewer } from '../users/viewer.ts'
import { Comment, CommentDenied, CommentId, CommentMissing, NewComment } from './comment.ts'
import { comments as table } from './comment-table.ts'

const Which = z.object({ slug: z.string() })

const { reads } = verbs({ viewer, articles, comments: table })
const { acts, creates, deletes } = verbs({ user, articles, comments: table })

const list = reads(
  '/articles/{slug}/comments',
  {
    accepts: Which,
    returns: z.object({ comments: z.array(Comment) }),
    errors: [ArticleMissing],
    summary: 'What was said on an article, the newest first',
  },
  ({ slug }, { viewer, articles, comments }) => {
    const { id } = articles.identify(slug) ?? raise(ArticleMissing())
    return { comments: comments.list(id, viewer?.id ?? null) }
  },
)

const adds = newer ? creates : acts

const add = adds(
  '/articles/{slug}/comments',
  {
    accepts: Which.extend({ comment: NewComment }),
    returns: z.object({ comment: Comment }),
    errors: [ArticleMissing],
    limit: '64kb',
    summary: 'Says something on an article',
  },
  ({ slug, comment }, { user, articles, comments }) => {
    const { id } = articles.identify(slug) ?? raise(ArticleMissing())
    return { comment: comments.add(id, user.id, comment.body) ?? raise(ArticleMissing()) }
  },
)

const remove = deletes(
  '/articles/{slug}/comments/{id}',
  {
    accepts: Which.extend({ id: CommentId }),
    ignoresBody: true,
    errors: [ArticleMissing, CommentMissing, CommentDenied],
    summary: 'Takes back what one has said',
  },
  ({ slug, id }, { user, articles, comments }) => {
    const article = articles.identify(slug) ?? raise(ArticleMissing())
    const author = comments.authorOf(article.id, id) ?? raise(CommentMissing())
    if (author !== user.id) raise(CommentDenied())
    comments.remove(id)
  },
)

export const comments = service({ list, add, remove })
