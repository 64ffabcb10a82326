/** What one writes by hand in front of a library for calls: node:http, JSON there and back. */
import { createServer } from 'node:http'
import { ready } from './ready.mjs'

/** Listens; `call` resolves with what it gives for the data that came. */
export function serveCalls(call) {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', async () => {
      try {
        const given = JSON.stringify(await call(JSON.parse(body)))
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(given) })
          .end(given)
      } catch (error) {
        response.writeHead(500).end(String(error))
      }
    })
  })
  server.listen(0, '127.0.0.1', () => ready(server.address().port))
}
