/**
 * Middleware: what browsers are told about every answer of the wall.
 *
 * Pages load nothing but what this server has, run no inline script, post only here, and cannot be
 * framed. A page that sets a field itself keeps its own.
 *
 * @module
 */
import { after, type Middleware, type ResponseHeaders } from 'hagaki'

const FIELDS: ResponseHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

export const secure: Middleware = (next) => (method, path, headers, options, server) =>
  after(next(method, path, headers, options, server), ([status, contentType, fields, body]) => [
    status,
    contentType,
    { ...FIELDS, ...fields },
    body,
  ])
