/**
 * Clients that each send one body, all at the same time, and take the one answer: started by `Uploads`
 * with port, count and size. They go on sending until they have their answer or have sent it all, as
 * most clients do.
 *
 * @module
 */
import { connect, type Socket } from 'node:net'
import type { UploadsSaid } from './message.ts'

/** Shorter than the queue of a listening socket. */
const TOGETHER = 100

const [port, count, size] = [Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4])]
const head = `POST /read HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`
const body = Buffer.alloc(size, 'x')
const sockets: Socket[] = []
const statuses: Record<string, number> = {}
const wrong: string[] = []
let [next, over] = [0, 0]

for (let at = 0; at < Math.min(TOGETHER, count); at++) open()

function open(): void {
  if (next++ >= count) return
  const socket = connect({ port, host: '127.0.0.1' })
  socket.once('connect', () => {
    sockets.push(socket)
    if (sockets.length === count) say({ said: 'connected' })
    open()
  })
  socket.on('error', (error) => over < count && wrong.push(error.message))
}

process.once('message', () => {
  for (const socket of sockets) upload(socket)
})

function upload(socket: Socket): void {
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (octets: string) => {
    received += octets
    const status = wholeAnswer(received)
    if (status === null) return
    statuses[status] = (statuses[status] ?? 0) + 1
    socket.removeAllListeners('close')
    socket.removeAllListeners('error').on('error', () => {}) // what it had still to send
    socket.destroy()
    done()
  })
  socket.once('close', () => {
    wrong.push(`closed after ${JSON.stringify(received.slice(0, 100))}`)
    done()
  })
  socket.write(head)
  socket.write(body)
}

function done(): void {
  if (++over === count) say({ said: 'answered', statuses, wrong })
}

/** The status of an answer that is there to its end. */
function wholeAnswer(text: string): string | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = Number(/\r\ncontent-length: ([0-9]+)/i.exec(text.slice(0, end))![1])
  return text.length < end + 4 + length ? null : text.slice(9, 12)
}

function say(said: UploadsSaid): void {
  process.send!(said)
}
