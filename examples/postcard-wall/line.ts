/**
 * Texts that people write, without what no pen could write.
 *
 * @module
 */
import { z } from 'zod'

const CONTROL = 'must not hold control characters'
const EMPTY = 'must not be empty'

// \P{Cs} leaves out halves of a surrogate pair, which no file could hold.
/** One line, which is not empty. Space around it is dropped. */
export const line: z.ZodString = z
  .string()
  .trim()
  .min(1, EMPTY)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, CONTROL)

/** The same with line feeds. */
export const lines: z.ZodString = z
  .string()
  .trim()
  .min(1, EMPTY)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, CONTROL)

/** A name. */
export function named(most: number): z.ZodString {
  return line.max(most, `must have at most ${most} characters`)
}
