import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
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
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    app.get('/', (c) => c.json(list()))
  },
})

await install()
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port))
