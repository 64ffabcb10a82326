/** The floor: a constant answer for whatever arrives on bare `node:net`, with nothing parsed. */
import { createServer } from 'node:net'
import { ready } from './ready.mjs'
import { choose, TEXT } from './works.mjs'

choose({ hello: null })
const ANSWER = [
  'HTTP/1.1 200 OK',
  `content-type: ${TEXT}`,
  'content-length: 5',
  `date: ${new Date().toUTCString()}`,
  '',
  'hello',
].join('\r\n')

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {})
  socket.on('data', () => socket.write(ANSWER, 'latin1'))
})
server.listen(0, '127.0.0.1', () => ready(server.address().port))
