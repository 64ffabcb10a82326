/** Bare `node:http`, as fast as one writes it by hand. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { ready } from './ready.mjs'
import { choose, folder, OCTETS, pieces, TEXT } from './works.mjs'

function send(res, type, body) {
  res.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  res.end(body)
}

function whole(req, give) {
  const chunks = []
  req.on('data', (chunk) => chunks.push(chunk))
  req.on('end', () => give(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
}

const make = choose({
  hello: () => (_req, res) => send(res, TEXT, 'hello'),
  json: () => (req, res) =>
    whole(req, (bytes) => send(res, 'application/json', JSON.stringify(JSON.parse(bytes.toString())))),
  upload: () => (req, res) => whole(req, (bytes) => send(res, TEXT, String(bytes.length))),
  stream: () => async (_req, res) => {
    res.writeHead(200, { 'content-type': OCTETS })
    for await (const piece of pieces()) if (!res.write(piece)) await once(res, 'drain')
    res.end()
  },
  cards: async () => {
    const { openCards } = await import('./cards.mjs')
    const list = openCards(folder)
    return (_req, res) => send(res, 'application/json', JSON.stringify(list()))
  },
})

// Idle connections stay as long as ours do.
const server = createServer({ keepAliveTimeout: 75_000 }, await make())
server.listen(0, '127.0.0.1', () => ready(server.address().port))
