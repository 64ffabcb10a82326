/**
 * The database: an SQLite file that several processes may serve from, or memory.
 *
 * What was answered is on the disk (synchronous FULL), and a crash leaves whole transactions alone.
 *
 * @module
 */
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Fault, type Resource, resource, type Server } from 'hagaki'
import Sqlite from 'libsql'
import { z } from 'zod'
import { TABLES, VERSION } from './tables.ts'

/** What `:name` stands for in a statement. */
export type Parameters = { readonly [name: string]: string | number | null }

type Connection = InstanceType<typeof Sqlite>
type Statement = ReturnType<Connection['prepare']>

/** How long a writer waits for another process to have written. */
const PATIENCE_MS = 5000

const MEMORY = ':memory:'

export class Database {
  readonly #connection: Connection
  readonly #statements = new Map<string, Statement>()

  private constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Opens the file, or creates it and its folder; `:memory:` is gone when it is closed. Fault: setup_faulty. */
  static open(path: string): Database {
    try {
      if (path !== MEMORY) mkdirSync(dirname(resolve(path)), { recursive: true })
      return new Database(connected(path))
    } catch (error) {
      const fix = 'Let CONDUIT_FILE name a file that is a Conduit database, or is not there yet'
      throw new Fault('setup_faulty', { what: path, reason: String(error), fix }, error)
    }
  }

  /** The rows of a statement, checked. The statement is written here, and never made from input. */
  rows<T>(row: z.ZodType<T>, sql: string, parameters: Parameters = {}): T[] {
    return this.#prepared(sql)
      .all(parameters)
      .map((one) => row.parse(one))
  }

  /** The first row of a statement. */
  row<T>(row: z.ZodType<T>, sql: string, parameters: Parameters = {}): T | undefined {
    return this.rows(row, sql, parameters)[0]
  }

  run(sql: string, parameters: Parameters = {}): void {
    this.#prepared(sql).run(parameters)
  }

  /** All that `work` does, or nothing of it where it throws; nobody else writes meanwhile. */
  atOnce<T>(work: () => T): T {
    return this.#connection.transaction(work).immediate()
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }

  // As many as there are texts of statements in the source.
  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#connection.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function connected(path: string): Connection {
  const connection = new Sqlite(path, { timeout: PATIENCE_MS })
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    connection.transaction(() => build(connection)).immediate()
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

const Versions = z.tuple([z.object({ user_version: z.number() })])

function build(connection: Connection): void {
  const [{ user_version: version }] = Versions.parse(connection.pragma('user_version'))
  if (version === 0) connection.exec(`${TABLES} PRAGMA user_version = ${VERSION}`)
  else if (version !== VERSION) throw new Error(`its tables are of version ${version}, and not ${VERSION}`)
}

/** The database that all tables share: the file that CONDUIT_FILE names, or memory. */
export const database: Resource<Database> = resource(
  ({ workers }) => Database.open(placeFor(workers)),
  (opened) => opened.close(),
)

function placeFor(workers: number): string {
  const place = process.env['CONDUIT_FILE'] || MEMORY
  if (place !== MEMORY || workers === 1) return place
  throw new Fault('setup_faulty', {
    what: `${workers} workers`,
    reason: 'each has a memory of its own, and what one is told the others do not know',
    fix: 'Let CONDUIT_FILE name a file, which they share',
  })
}

/** A resource that works on the database. */
export function onDatabase<T>(make: (db: Database, server: Server) => T): Resource<T> {
  return resource(
    (server, { database }) => make(database, server),
    () => {},
    { uses: { database } },
  )
}

/** Columns as they are read: SQLite has no booleans, and no times. */
export const flag = z.number().transform(Boolean)
export const instant = z.number().transform((ms) => new Date(ms).toISOString())
