/**
 * Opens connections, has one request answered on each, and holds them idle until stdin ends.
 * `node hold.mjs PORT COUNT`; writes "held" once all are answered.
 */
import { connect } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number)
const REQUEST = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`
const AT_ONCE = 64

let opened = 0
let answered = 0
let ending = false

function open() {
  if (opened === count) return
  opened++
  const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST))
  let seen = ''
  socket.setEncoding('latin1')
  socket.on('data', (text) => {
    seen += text
    if (!seen.endsWith('\r\n\r\nhello')) return
    if (++answered === count) process.stdout.write('held\n')
    open()
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('a held connection was closed')))
}

function fail(error) {
  if (ending) return
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

process.stdin.on('end', () => {
  ending = true
  process.exit(0)
})
process.stdin.resume()
for (let at = 0; at < AT_ONCE; at++) open()
