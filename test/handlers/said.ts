/**
 * A service whose handlers say all that can be said besides data, in a module of its own: threads and processes load it.
 *
 * @module
 */
import { type App, type Key, key, mount, reply, service, setting, verbs } from 'hagaki'
import { bytes } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

/** Travels on links. */
export const visits: Key<number> = key('visits', { carry: z.number() })

const { acts, creates, reads, updates } = verbs({})
const Note = z.object({ id: z.number(), version: z.number() })
const Id = z.object({ id: z.number() })

async function* octets(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(4)
}

const notes = service(
  {
    add: creates('/', { returns: Note, location: '/{id}' }, () => ({ id: 7, version: 1 })),
    read: reads(
      '/{id}',
      { accepts: Id, returns: Note, version: ({ version }) => version, fresh: '1m' },
      ({ id }) => ({ id, version: 3 }),
    ),
    change: updates('/{id}', { accepts: Id }, () => {}),
  },
  { prefix: '/notes' },
)

export const said = service(
  {
    notes,
    page: reads('/page', { returns: z.array(z.number()) }, () =>
      reply([1, 2], { fields: { 'x-total': '7', link: ['</page?2>; rel="next"', '</>; rel="up"'] } }),
    ),
    moved: reads('/moved', { returns: z.string() }, () =>
      reply('there', { redirect: { to: '/m/v1/there?a=b', as: 'permanent' } }),
    ),
    near: acts('/near', { returns: z.string() }, () => reply('there', { redirect: { to: 'there' } })),
    there: reads('/there', { returns: z.string() }, () => 'there'),
    done: acts('/done', {}, () => reply(undefined, { redirect: { to: './there', as: 'other' } })),
    enter: acts('/enter', { returns: z.string() }, (_, { get }) =>
      reply('in', { set: [setting(visits, (get(visits) ?? 0) + 1)] }),
    ),
    picture: reads('/picture', { returns: bytes('image/png', 'image/gif') }, () =>
      reply(new Uint8Array([71, 73, 70]), { mediaType: 'image/gif' }),
    ),
    file: stream.reads('/file', { gives: stream.bytes('text/plain') }, () =>
      reply(octets(), { redirect: { to: '/store', as: 'temporary' } }),
    ),
  },
  { prefix: '/v1' },
)

const app: App = mount({ '/m': said })
export default app
