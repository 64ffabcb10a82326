/** Hagaki, as npm would install it. A third argument names the engine. */
import { app, json, service, stream, text, verbs } from 'hagaki'
import { files } from 'hagaki/middleware'
import { serve } from 'hagaki/server'
import { z } from 'zod'
import { add, schemas } from './calls.mjs'
import { ROUTES, zodLetter } from './letter.mjs'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces } from './works.mjs'

const utf8 = new TextDecoder()
const { reads, acts } = verbs({})

const make = choose({
  hello: () => app(() => text('hello')),
  json: () =>
    app(async (_method, _path, _headers, { input }) => json(JSON.parse(utf8.decode(await input.bytes())))),
  upload: () =>
    app(async (_method, _path, _headers, { input }) => text(String((await input.bytes()).byteLength))),
  stream: () => app(() => [200, OCTETS, {}, stream(pieces())]),
  file: () => files(folder),
  note: () => {
    const Letter = zodLetter(z)
    return service({ echo: acts('/', { accepts: Letter, returns: Letter }, (letter) => letter) })
  },
  routes: () => {
    const Place = z.object({ shelf: z.string(), card: z.number() })
    const routes = Array.from({ length: ROUTES }, (_, at) => [
      `r${at}`,
      reads(`/r${at}/{shelf}/cards/{card}`, { accepts: Place, returns: Place }, (place) => place),
    ])
    return service(Object.fromEntries(routes))
  },
  rpc: () => {
    const { Sent, Given } = schemas(z)
    return service({ add: acts('/add', { accepts: Sent, returns: Given }, add) })
  },
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    return app(() => json(list()))
  },
})

const { port } = await serve(await make(), { port: 0, server: process.argv[4] })
ready(port)
