/**
 * Middleware: tells an app that knows no sessions of ours who the member is, by a field of the request. The
 * post office reads it. What a client sends under that name is not passed on.
 *
 * @module
 */
import { type Middleware, withField, withoutField } from 'hagaki'
import { visit } from './members/visit.ts'

const FIELD = 'x-wall-member'

export const introduce: Middleware = (next) => (method, path, headers, options, server) => {
  const member = options.get(visit) ?? null
  // Fields are no place for all letters that names have.
  const told =
    member === null
      ? withoutField(headers, FIELD)
      : withField(headers, FIELD, encodeURIComponent(member.name))
  return next(method, path, told, options, server)
}
