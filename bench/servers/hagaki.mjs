/** Hagaki, as npm would install it. A third argument names the engine. */
import { app, json, stream, text } from 'hagaki'
import { files } from 'hagaki/middleware'
import { serve } from 'hagaki/server'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces } from './works.mjs'

const utf8 = new TextDecoder()

const make = choose({
  hello: () => app(() => text('hello')),
  json: () =>
    app(async (_method, _path, _headers, { input }) => json(JSON.parse(utf8.decode(await input.bytes())))),
  upload: () =>
    app(async (_method, _path, _headers, { input }) => text(String((await input.bytes()).byteLength))),
  stream: () => app(() => [200, OCTETS, {}, stream(pieces())]),
  file: () => files(folder),
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    return app(() => json(list()))
  },
})

const { port } = await serve(await make(), { port: 0, server: process.argv[4] })
ready(port)
