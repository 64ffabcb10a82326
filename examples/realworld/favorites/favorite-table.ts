/**
 * Who likes which article, in the database.
 *
 * @module
 */
import type { Resource } from 'hagaki'
import { type Database, onDatabase } from '../database.ts'

export interface Favorites {
  /** Once or again: the same. An article that is not there is liked by nobody. */
  add(slug: string, user: number): void
  remove(slug: string, user: number): void
}

export const favoritesIn = (db: Database): Favorites => ({
  add: (slug, user) =>
    db.run(
      `INSERT INTO favorites (user, article) SELECT :user, id FROM articles WHERE slug = :slug
       ON CONFLICT DO NOTHING`,
      { slug, user },
    ),

  remove: (slug, user) =>
    db.run(
      'DELETE FROM favorites WHERE user = :user AND article = (SELECT id FROM articles WHERE slug = :slug)',
      { slug, user },
    ),
})

export const favorites: Resource<Favorites> = onDatabase(favoritesIn)
