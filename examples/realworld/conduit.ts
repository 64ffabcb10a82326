/**
 * Conduit: all services of the RealWorld API as one, whose refusals are written as that API has them.
 *
 * @module
 */
import { service } from 'hagaki'
import { articles } from './articles/articles.ts'
import { comments } from './comments/comments.ts'
import { conduitErrors } from './conduit-errors.ts'
import { favorites } from './favorites/favorites.ts'
import { profiles } from './profiles/profiles.ts'
import { tags } from './tags/tags.ts'
import { users } from './users/users.ts'

export const conduit = service(
  { users, profiles, articles, comments, favorites, tags },
  { prefix: '/api', refusals: conduitErrors },
)
export type Conduit = typeof conduit
export default conduit
