/**
 * Carts that are kept in a session: one by whoever calls, who knows the secret, and one here.
 *
 * @module
 */
import { type App, json, type Key, key, stream, use } from 'hagaki'
import { type Session, session } from 'hagaki/middleware'
import { z } from 'zod'

const Cart = z.object({ items: z.array(z.string()) })
type Cart = z.infer<typeof Cart>

/** The session of the side that the browser talks to. */
export const kept: Session<Cart> = session({ secrets: ['n'.repeat(32)], carry: Cart })

/** `/cart`: all that this side shares with the other is the name of a key. */
export const cart: App = cartOf(
  key('session', { carry: Cart.nullable() }),
  key('session', { carry: z.unknown() }),
)

const ours = session({ secrets: ['f'.repeat(32)], carry: Cart, name: 'jar' })

/** `/jar`: the session is sealed and opened on this side. */
export const jar: App = use(cartOf(ours.key, key('jar', { carry: z.unknown() })), ours)

function cartOf(held: Key<Cart | null>, loose: Key<unknown>): App {
  return (_method, path, _headers, options) => {
    const [, , what, item] = path.split('/')
    const before = options.get(held)
    if (what === 'add') options.set(held, { items: [...(before?.items ?? []), item!] })
    if (what === 'end') options.set(held, null)
    if (what === 'wrong') options.set(loose, { items: 'many' })
    if (what !== 'late') return json(options.get(loose) ?? null)
    const late = async function* (): AsyncGenerator<string> {
      await new Promise((resolve) => setImmediate(resolve))
      options.set(held, { items: ['too late'] })
      yield 'late'
    }
    return [200, 'text/plain', {}, stream(late())]
  }
}
