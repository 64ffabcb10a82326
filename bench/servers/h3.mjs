import { H3, serve } from 'h3'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces, TEXT } from './works.mjs'

const app = new H3()

const install = choose({
  hello: () =>
    app.get('/', (event) => {
      event.res.headers.set('content-type', TEXT)
      return 'hello'
    }),
  json: () => app.post('/', (event) => event.req.json()),
  upload: () =>
    app.post('/', async (event) => {
      event.res.headers.set('content-type', TEXT)
      return String((await event.req.arrayBuffer()).byteLength)
    }),
  stream: () =>
    app.get('/', (event) => {
      event.res.headers.set('content-type', OCTETS)
      return ReadableStream.from(pieces())
    }),
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    app.get('/', () => list())
  },
})

await install()
const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true, gracefulShutdown: false })
await server.ready()
ready(Number(new URL(server.url).port))
