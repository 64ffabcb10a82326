import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import express from 'express'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces } from './works.mjs'

const app = express()

const install = choose({
  hello: () => app.get('/', (_req, res) => res.type('text').send('hello')),
  json: () => app.post('/', express.json(), (req, res) => res.json(req.body)),
  upload: () =>
    app.post('/', express.raw({ limit: '1mb' }), (req, res) =>
      res.type('text').send(String(req.body.length)),
    ),
  stream: () => app.get('/', (_req, res) => pipeline(Readable.from(pieces()), res.type(OCTETS))),
  file: () => app.use(express.static(folder)),
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    app.get('/', (_req, res) => res.json(list()))
  },
})

await install()
const server = app.listen(0, '127.0.0.1', () => ready(server.address().port))
