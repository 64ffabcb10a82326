/**
 * Hagaki, as npm would install it. A third argument names the engine. Each work imports what it needs, here
 * as in the other servers: V8 collects the memory of bodies the more often the more else there is.
 */
import { app, json, remote, service, stream, text, verbs } from 'hagaki'
import { serve } from 'hagaki/server'
import { startWorker } from './behind.mjs'
import { add, schemas } from './calls.mjs'
import { ROUTES, zodLetter } from './letter.mjs'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, PYTHON, PYTHON_APPS, pieces, RUBY, RUBY_APPS } from './works.mjs'

const utf8 = new TextDecoder()
const { reads, acts } = verbs({})
/** The workers of apps in other languages, as their own servers have them here. */
const TWO = { processes: 2, threads: 1 }

const make = choose({
  hello: () => app(() => text('hello')),
  json: () =>
    app(async (_method, _path, _headers, { input }) => json(JSON.parse(utf8.decode(await input.bytes())))),
  upload: () =>
    app(async (_method, _path, _headers, { input }) => text(String((await input.bytes()).byteLength))),
  stream: () => app(() => [200, OCTETS, {}, stream(pieces())]),
  file: async () => {
    const { files } = await import('hagaki/middleware')
    return files(folder)
  },
  note: async () => {
    const { z } = await import('zod')
    const Letter = zodLetter(z)
    return service({ echo: acts('/', { accepts: Letter, returns: Letter }, (letter) => letter) })
  },
  routes: async () => {
    const { z } = await import('zod')
    const Place = z.object({ shelf: z.string(), card: z.number() })
    const routes = Array.from({ length: ROUTES }, (_, at) => [
      `r${at}`,
      reads(`/r${at}/{shelf}/cards/{card}`, { accepts: Place, returns: Place }, (place) => place),
    ])
    return service(Object.fromEntries(routes))
  },
  rpc: async () => {
    const { z } = await import('zod')
    const { Sent, Given } = schemas(z)
    return service({ add: acts('/add', { accepts: Sent, returns: Given }, add) })
  },
  worker: async () => {
    const { socket } = await import('hagaki/socket')
    await startWorker('hagaki.mjs', 'hagaki.sock')
    return remote(socket('unix:hagaki.sock'))
  },
  wsgi: () => python('bare:app'),
  flask: () => python('flask_hello:app'),
  rack: () => ruby('bare.ru'),
  sinatra: () => ruby('sinatra_hello.ru'),
  nats: async () => {
    const { nats } = await import('hagaki/nats')
    const { startNats } = await import('./nats-server.mjs')
    const url = await startNats()
    await startWorker('hagaki.mjs', url)
    return remote(nats(url, 'notes'))
  },
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    return app(() => json(list()))
  },
})

async function python(target) {
  const { wsgi } = await import('hagaki/wsgi')
  return wsgi(target, { cwd: PYTHON_APPS, python: PYTHON, ...TWO })
}

async function ruby(file) {
  const { rack } = await import('hagaki/rack')
  return rack(file, { cwd: RUBY_APPS, ruby: RUBY, ...TWO })
}

const { port } = await serve(await make(), { port: 0, server: process.argv[4] })
ready(port)
