import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { z } from 'zod'
import { ROUTES, zodLetter } from './letter.mjs'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces } from './works.mjs'

const app = new Hono()

const install = choose({
  hello: () => app.get('/', (c) => c.text('hello')),
  json: () => app.post('/', async (c) => c.json(await c.req.json())),
  upload: () => app.post('/', async (c) => c.text(String((await c.req.arrayBuffer()).byteLength))),
  stream: () =>
    app.get('/', (c) => {
      c.header('content-type', OCTETS)
      return stream(c, async (out) => {
        for await (const piece of pieces()) await out.write(piece)
      })
    }),
  file: () => app.use(serveStatic({ root: folder })),
  note: () => {
    const Letter = zodLetter(z)
    app.post('/', zValidator('json', Letter), (c) => c.json(Letter.parse(c.req.valid('json'))))
  },
  routes: () => {
    const Place = z.object({ shelf: z.string(), card: z.coerce.number() })
    for (let at = 0; at < ROUTES; at++)
      app.get(`/r${at}/:shelf/cards/:card`, zValidator('param', Place), (c) =>
        c.json(Place.parse(c.req.valid('param'))),
      )
  },
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    app.get('/', (c) => c.json(list()))
  },
})

await install()
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port))
