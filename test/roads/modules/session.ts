/**
 * An app for a thread that keeps a session and knows no secret: all it shares with the other side is
 * the name of the key.
 *
 * @module
 */
import { type App, app, json, key } from 'hagaki'
import { z } from 'zod'

const cart = key('session', { carry: z.object({ items: z.array(z.string()) }).nullable() })
const loose = key('session', { carry: z.unknown() })

const far: App = app((_method, path, _headers, options) => {
  const [, what, item] = path.split('/')
  const before = options.get(cart)
  if (what === 'add') options.set(cart, { items: [...(before?.items ?? []), item!] })
  if (what === 'end') options.set(cart, null)
  if (what === 'wrong') options.set(loose, { items: 'many' })
  return json(options.get(loose) ?? null)
})

export default far
