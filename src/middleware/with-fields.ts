/**
 * Answers with other fields. Contract clauses 21 and 23.
 *
 * @module
 */
import { abandon } from '../call/chunks.ts'
import type { ResponseHeaders, Result } from '../contract.ts'
import { isRecord } from '../value/data.ts'

/**
 * A result like `result` with the fields that `change` makes of its own. What is no result is given
 * back as it is, and so is one whose headers are no plain object: a copy would lose them without a word,
 * and the server says what is wrong.
 */
export function withFields(result: Result, change: (fields: ResponseHeaders) => ResponseHeaders): Result {
  if (!Array.isArray(result) || !isRecord(result[2])) return result
  const [status, contentType, headers, body] = result
  try {
    return [status, contentType, change(headers), body]
  } catch (error) {
    abandon(result) // nobody else will ever see this body
    throw error
  }
}
