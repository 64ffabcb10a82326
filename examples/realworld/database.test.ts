import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { Database } from './database.ts'
import { usersIn } from './users/user-table.ts'

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'realworld-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'deeper', 'conduit.db')
}

function opened(path: string): Database {
  const db = Database.open(path)
  onTestFinished(() => db.close())
  return db
}

const Count = z.object({ count: z.number() })
const users = (db: Database): number | undefined =>
  db.row(Count, 'SELECT count(*) AS count FROM users')?.count

test('what one opening wrote, another one reads, at the same time or later', () => {
  const path = scratch()
  const [one, other] = [opened(path), opened(path)]
  usersIn(one).add({ email: 'a@test.com', username: 'a' }, 'hash')
  expect(users(other)).toBe(1)
  expect(() => usersIn(other).add({ email: 'a@test.com', username: 'b' }, 'hash')).toThrow('taken')
})

test('all of it happens, or nothing', () => {
  const db = opened(':memory:')
  const add = usersIn(db).add
  expect(() =>
    db.atOnce(() => {
      db.run("INSERT INTO users (email, username, password) VALUES ('a', 'a', 'a')")
      throw new Error('halfway')
    }),
  ).toThrow('halfway')
  expect(users(db)).toBe(0)
  add({ email: 'a@test.com', username: 'a' }, 'hash')
  expect(users(db)).toBe(1)
})

test('a row that is not what was asked for is no data', () => {
  const db = opened(':memory:')
  expect(() => db.row(z.object({ it: z.string() }), 'SELECT 1 AS it')).toThrow(/expected string/)
})

test('a file that is none of ours stops the boot, and is left alone', () => {
  const path = scratch()
  opened(path)
  const other = join(path, '..', 'notes.txt')
  writeFileSync(other, 'These are notes, and no database at all.'.repeat(100))
  expect(() => Database.open(other)).toThrow(/Let CONDUIT_FILE name/)
  opened(path).run('PRAGMA user_version = 99')
  expect(() => Database.open(path)).toThrow(/its tables are of version 99, and not 1/)
  expect(() => Database.open(join(other, 'conduit.db'))).toThrow(/Let CONDUIT_FILE name/)
})
