/**
 * Texts that people write, as schemas, and what is said of those that do not fit.
 *
 * @module
 */
import { z } from 'zod'

export const BLANK = "can't be blank"
const INVALID = 'is invalid'

interface Wrong {
  readonly input?: unknown
}

/** What is said of a member that is of another type: without any, or null, it is blank. */
export const orBlank =
  (otherwise: string) =>
  ({ input }: Wrong): string =>
    input === undefined || input === null ? BLANK : otherwise

const type = { error: orBlank('must be a text') }
const tooLong = (most: number): string => `is too long (maximum is ${most} characters)`

/** Not spaces alone, nor what has no shape, such as U+200B: a name of those is nobody's. */
const isSeen = (text: string): boolean => !/^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(text)

/** The database ends a text at NUL. */
const isStorable = (text: string): boolean => !text.includes('\0')

/** One line that says something, of up to `most` UTF-16 code units. Space around it is dropped. */
export const line = (most: number) =>
  z
    .string(type)
    .trim()
    .min(1, { error: BLANK, abort: true })
    .max(most, { error: tooLong(most), abort: true })
    .refine(isSeen, { error: BLANK, abort: true })
    .regex(/^\P{Cc}*$/u, INVALID)

/** Lines that say something, kept as they are. */
export const lines = (most: number) =>
  z
    .string(type)
    .max(most, { error: tooLong(most), abort: true })
    .refine(isSeen, { error: BLANK, abort: true })
    .refine(isStorable, INVALID)

/** A text that there may be none of: an empty one is none. */
export const maybe = (most: number) =>
  z
    .string('must be a text or null')
    .max(most, tooLong(most))
    .refine(isStorable, INVALID)
    .nullable()
    .transform((text) => (text === '' ? null : text))
