/**
 * A service of twenty handlers, as large as those of an ordinary app: what the client's size is measured with.
 *
 * @module
 */
import { failure, guard, header, query, service, verbs } from 'hagaki'
import { bytes } from 'hagaki/schema'
import { z } from 'zod'

const { acts, creates, deletes, reads, replaces, updates } = verbs({
  user: guard('member', ({ headers }) => headers['x-user'] ?? 'nobody'),
})

const Id = z.object({ id: z.number() })
const Page = z.object({
  page: z.number().optional(),
  size: z.number().optional(),
  sort: z.string().optional(),
})
const Address = z.object({ street: z.string(), city: z.string(), zip: z.string(), country: z.string() })
const Item = z.object({ id: z.number(), name: z.string(), price: z.number(), tags: z.array(z.string()) })
const Order = z.object({ id: z.number(), items: z.array(Item), address: Address, paid: z.boolean() })
const Person = z.object({ id: z.number(), name: z.string(), email: z.string(), address: Address })
const Missing = failure('not_there', 'missing', Id)
const errors = [Missing]

const never = (): never => {
  throw new Error('It is for its contract alone')
}

export const shop = service({
  items: service(
    {
      list: reads(
        '/',
        {
          accepts: Page.extend({ tag: z.array(z.string()).optional(), q: z.string().optional() }),
          returns: z.array(Item),
          summary: 'Lists items',
        },
        never,
      ),
      one: reads('/{id}', { accepts: Id, returns: Item, errors, summary: 'Gives one item' }, never),
      add: creates(
        '/',
        { accepts: Item.omit({ id: true }), returns: Item, limit: '16kb', summary: 'Adds an item' },
        never,
      ),
      change: updates(
        '/{id}',
        { accepts: Item.partial({ name: true, price: true, tags: true }), returns: Item, errors },
        never,
      ),
      replace: replaces('/{id}', { accepts: Item, returns: Item, errors }, never),
      remove: deletes('/{id}', { accepts: Id, errors }, never),
      picture: reads('/{id}/picture', { accepts: Id, returns: bytes('image/png'), errors }, never),
      draw: replaces(
        '/{id}/picture',
        { accepts: Id, body: bytes('image/png', 'image/jpeg'), limit: '5mb', errors },
        never,
      ),
    },
    { prefix: '/items' },
  ),
  orders: service(
    {
      list: reads(
        '/',
        { accepts: Page.extend({ paid: z.boolean().optional() }), returns: z.array(Order) },
        never,
      ),
      one: reads('/{id}', { accepts: Id, returns: Order, errors }, never),
      place: creates(
        '/',
        {
          accepts: z.object({ key: z.string(), items: z.array(Id), address: Address }),
          from: { key: header('idempotency-key') },
          returns: Order,
        },
        never,
      ),
      pay: acts(
        '/{id}/payment',
        {
          accepts: Id.extend({ card: z.string(), dry: z.boolean().optional() }),
          from: { dry: query() },
          returns: Order,
          errors,
        },
        never,
      ),
      cancel: deletes('/{id}', { accepts: Id.extend({ reason: z.string().optional() }), errors }, never),
    },
    { prefix: '/orders' },
  ),
  people: service(
    {
      me: reads('/me', { returns: Person }, never),
      list: reads('/', { accepts: Page, returns: z.array(Person) }, never),
      one: reads('/{id}', { accepts: Id, returns: Person, errors }, never),
      change: updates(
        '/{id}',
        { accepts: Person.partial({ name: true, email: true, address: true }), returns: Person, errors },
        never,
      ),
      remove: deletes('/{id}', { accepts: Id, errors }, never),
      signIn: acts(
        '/session',
        {
          accepts: z.object({ email: z.string(), password: z.string() }),
          returns: z.object({ token: z.string() }),
        },
        never,
      ),
      signOut: deletes('/session', {}, never),
    },
    { prefix: '/people' },
  ),
})
