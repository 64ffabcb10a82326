/**
 * Conduit: all services of the RealWorld API as one, and a page that tries them. Its refusals are
 * written as that API has them.
 *
 * @module
 */
import { service } from 'hagaki'
import { docsPage } from 'hagaki/openapi'
import { articles } from './articles/articles.ts'
import { comments } from './comments/comments.ts'
import { conduitErrors } from './conduit-errors.ts'
import { favorites } from './favorites/favorites.ts'
import { profiles } from './profiles/profiles.ts'
import { tags } from './tags/tags.ts'
import { users } from './users/users.ts'

const docs = docsPage({
  title: 'Conduit',
  description: 'Register, and write “Token”, a space and your token where a handler asks who you are.',
})

export const conduit = service(
  { users, profiles, articles, comments, favorites, tags, '/docs': docs },
  { prefix: '/api', refusals: conduitErrors },
)
export type Conduit = typeof conduit
export default conduit
