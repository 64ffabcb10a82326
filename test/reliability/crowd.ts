/**
 * A crowd of slow clients in a process of its own: connections that are opened and then never finish
 * what they began. Started by `Crowd` with port and size.
 *
 * @module
 */
import { connect } from 'node:net'
import type { CrowdSaid } from './message.ts'

/** A client that says nothing, one that stops in its head, one in its body, one after an answer. */
const BEGINNINGS: readonly string[] = [
  '',
  'GET /at-once HTTP/1.1\r\nHost: a.exa',
  'POST /read HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\nabc',
  'GET /at-once HTTP/1.1\r\nHost: a.example\r\n\r\n',
]
/** Shorter than the queue of a listening socket. */
const TOGETHER = 100

const [port, size] = [Number(process.argv[2]), Number(process.argv[3])]
let [opened, next, ended] = [0, 0, 0]
for (let at = 0; at < Math.min(TOGETHER, size); at++) one()

function one(): void {
  const at = next++
  if (at >= size) return
  const socket = connect({ port, host: '127.0.0.1' })
  socket.once('error', () => {}) // a reset is an end like any other
  socket.once('connect', () => {
    socket.write(BEGINNINGS[at % BEGINNINGS.length]!)
    if (++opened === size) say({ said: 'open' })
    one()
  })
  socket.once('close', () => {
    if (++ended === size) say({ said: 'gone' })
  })
  socket.resume() // it reads what it is told, and ends when it is told to
}

function say(said: CrowdSaid): void {
  process.send!(said)
}
