/**
 * The tables of the database. Times are epoch milliseconds.
 *
 * @module
 */

/** Of the tables below. One that changes them adds the step from its predecessor. */
export const VERSION = 1

// COLLATE NOCASE: Jake and jake are one name, and stay written as they were.
// AUTOINCREMENT: a number is never given twice, also when its row is gone.
export const TABLES = `
  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    username TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,
    bio TEXT,
    image TEXT
  ) STRICT;

  CREATE TABLE follows (
    follower INTEGER NOT NULL REFERENCES users,
    followed INTEGER NOT NULL REFERENCES users,
    PRIMARY KEY (follower, followed)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    author INTEGER NOT NULL REFERENCES users,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX articles_of_author ON articles (author);

  CREATE TABLE tags (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (article, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX articles_of_tag ON tags (tag, article);

  CREATE TABLE favorites (
    user INTEGER NOT NULL REFERENCES users,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (user, article)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX favorites_of_article ON favorites (article);

  CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    author INTEGER NOT NULL REFERENCES users,
    body TEXT NOT NULL,
    created INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX comments_of_article ON comments (article);
`
