/**
 * The members: a journal of names and hashes, which all workers share. Of two who want one name at once, the one
 * whose line comes first has it.
 *
 * @module
 */
import { failure, type Resource, raise, resource } from 'hagaki'
import { type Passwords, passwords } from 'hagaki/passwords'
import { z } from 'zod'
import { Journal } from '../journal/journal.ts'
import { placeOf } from '../place.ts'
import { Member, sameName } from './member.ts'
import { Tries } from './tries.ts'

export const NameTaken = failure('name_taken', 'conflict')
export const MembersFull = failure('members_full', 'unavailable')
/** The same for a name that nobody has, and for a password that is not the one. */
export const NotLetIn = failure('not_let_in', 'unauthenticated')

/** Who has joined is never forgotten, so there is an end to it. */
const MOST = 10_000

const Joined = z.strictObject({ ...Member.shape, hash: z.string() })
type Joined = z.infer<typeof Joined>

export class Members {
  readonly #known: ReadonlyMap<string, Joined>
  readonly #journal: Journal<Joined, boolean>
  readonly #passwords: Passwords
  readonly #tries: Tries
  readonly #most: number

  private constructor(
    known: ReadonlyMap<string, Joined>,
    journal: Journal<Joined, boolean>,
    passwords: Passwords,
    tries: Tries,
    most: number,
  ) {
    this.#known = known
    this.#journal = journal
    this.#passwords = passwords
    this.#tries = tries
    this.#most = most
  }

  /** Opens the file, or creates it. `now` gives epoch milliseconds. Fault: setup_faulty. */
  static async open(
    path: string,
    now: () => number = Date.now,
    hashed: Passwords = passwords(),
    most: number = MOST,
  ): Promise<Members> {
    const known = new Map<string, Joined>()
    const journal = await Journal.open(path, Joined, (joined) => {
      const name = sameName(joined.name)
      const free = !known.has(name)
      if (free) known.set(name, joined)
      return free
    })
    return new Members(known, journal, hashed, new Tries(now), most)
  }

  /** Makes somebody a member. Failures: name_taken, members_full, passwords_busy. */
  async join(name: string, password: string): Promise<Member> {
    await this.#journal.fresh()
    if (this.#known.has(sameName(name))) raise(NameTaken())
    if (this.#known.size >= this.#most) raise(MembersFull())
    const hash = await this.#passwords.hash(password)
    if (!(await this.#journal.append({ name, hash }))) raise(NameTaken())
    return { name }
  }

  /** The member who has this name and password. Failures: not_let_in, too_many_tries, passwords_busy. */
  async find(name: string, password: string, address: string | null): Promise<Member> {
    const who = `${address} ${sameName(name)}`
    this.#tries.begin(who)
    await this.#journal.fresh()
    const known = this.#known.get(sameName(name))
    if (!(await this.#passwords.matches(password, known?.hash ?? null))) return raise(NotLetIn())
    this.#tries.forget(who)
    return { name: known!.name }
  }

  close(): Promise<void> {
    return this.#journal.close()
  }
}

export const members: Resource<Members> = resource(
  ({ now }) => Members.open(placeOf('members.jsonl'), now),
  (opened) => opened.close(),
)
