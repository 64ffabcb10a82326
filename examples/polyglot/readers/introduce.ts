/**
 * Middleware: tells apps in other languages who is here, as REMOTE_USER. No client can say so itself.
 *
 * @module
 */
import type { Middleware } from 'hagaki'
import { remoteUser } from 'hagaki/wsgi'
import { reader } from './reader.ts'

export const introduce: Middleware = (next) => (method, path, headers, options, server) => {
  const who = options.get(reader)
  if (who != null) options.set(remoteUser, who.name)
  return next(method, path, headers, options, server)
}
