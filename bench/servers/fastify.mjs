import { Readable } from 'node:stream'
import fastify from 'fastify'
import { JSON_LETTER, ROUTES } from './letter.mjs'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces } from './works.mjs'

const server = fastify({ bodyLimit: 1_048_576 })

const install = choose({
  hello: () => server.get('/', () => 'hello'),
  json: () => server.post('/', (request) => request.body),
  upload: () => {
    server.addContentTypeParser(OCTETS, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    server.post('/', (request) => String(request.body.length))
  },
  stream: () => server.get('/', (_request, reply) => reply.type(OCTETS).send(Readable.from(pieces()))),
  file: async () => {
    const { default: plugin } = await import('@fastify/static')
    await server.register(plugin, { root: folder })
  },
  note: () =>
    server.post(
      '/',
      { schema: { body: JSON_LETTER, response: { 200: JSON_LETTER } } },
      (request) => request.body,
    ),
  routes: () => {
    const place = {
      type: 'object',
      properties: { shelf: { type: 'string' }, card: { type: 'number' } },
      required: ['shelf', 'card'],
    }
    for (let at = 0; at < ROUTES; at++) {
      server.get(
        `/r${at}/:shelf/cards/:card`,
        { schema: { params: place, response: { 200: place } } },
        (request) => request.params,
      )
    }
  },
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    server.get('/', () => list())
  },
})

await install()
await server.listen({ port: 0, host: '127.0.0.1' })
ready(server.server.address().port)
