/**
 * What a member is, as data.
 *
 * @module
 */
import { z } from 'zod'
import { MOST } from '../card.ts'
import { named } from '../line.ts'

/** Characters of a password: as few as NIST SP 800-63B lets them be, and no more than one types. */
export const PASSWORD = { least: 8, most: 200 } as const

export const Member = z.object({ name: z.string() })
export type Member = z.infer<typeof Member>

/** What somebody gives who wants to be one. */
export const Joining = z.object({
  name: named(MOST.name),
  password: z
    .string()
    .min(PASSWORD.least, `must have at least ${PASSWORD.least} characters`)
    .max(PASSWORD.most, `must have at most ${PASSWORD.most} characters`),
})

/** What a member gives to be let in. What could not be a name or a password is wrong like any other. */
export const Credentials = z.object({
  name: z.string().max(PASSWORD.most, `must have at most ${PASSWORD.most} characters`),
  password: z.string().max(PASSWORD.most, `must have at most ${PASSWORD.most} characters`),
})

/** Names that look the same are one: no two people are "Ada" and "ada". */
export function sameName(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}
