/** A real database call: twenty of ten thousand rows, by an index, from SQLite. */
import { join } from 'node:path'
import Database from 'libsql'

const ROWS = 10_000
const AUTHORS = 50

/** Fills a database file of this process below `folder`. Gives what reads one author's last cards. */
export function openCards(folder) {
  const database = new Database(join(folder, `cards-${process.pid}.db`))
  database.exec('create table cards (id integer primary key, author integer not null, text text not null)')
  database.exec('create index by_author on cards (author, id)')
  database.exec('begin')
  const add = database.prepare('insert into cards (author, text) values (?, ?)')
  for (let at = 0; at < ROWS; at++) add.run(at % AUTHORS, `Greetings from place number ${at}`)
  database.exec('commit')
  const list = database.prepare('select id, text from cards where author = ? order by id desc limit 20')
  let author = 0
  return () => {
    author = (author + 1) % AUTHORS
    return list.all(author).map(({ id, text }) => ({ id, text }))
  }
}
