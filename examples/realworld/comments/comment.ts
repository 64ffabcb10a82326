/**
 * What a comment is, as data.
 *
 * @module
 */
import { failure } from 'hagaki'
import { z } from 'zod'
import { Profile } from '../profiles/profile.ts'
import { lines, orBlank } from '../text.ts'

/** What somebody writes. */
export const NewComment = z.object({ body: lines(10_000) }, { error: orBlank('must be an object') })

export const CommentId = z.number('must be a number').int('must be a whole number')

export const Comment = z.object({
  id: CommentId,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  body: z.string(),
  author: Profile,
})
export type Comment = z.infer<typeof Comment>

export const CommentMissing = failure('comment_missing', 'missing')
export const CommentDenied = failure('comment_denied', 'denied')
