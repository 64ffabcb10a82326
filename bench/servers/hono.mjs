import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { ROUTES, zodLetter } from './letter.mjs'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces } from './works.mjs'

const app = new Hono()

async function schemas() {
  const [{ z }, { zValidator }] = await Promise.all([import('zod'), import('@hono/zod-validator')])
  return { z, zValidator }
}

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
  file: async () => {
    const { serveStatic } = await import('@hono/node-server/serve-static')
    app.use(serveStatic({ root: folder }))
  },
  note: async () => {
    const { z, zValidator } = await schemas()
    const Letter = zodLetter(z)
    app.post('/', zValidator('json', Letter), (c) => c.json(Letter.parse(c.req.valid('json'))))
  },
  routes: async () => {
    const { z, zValidator } = await schemas()
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
