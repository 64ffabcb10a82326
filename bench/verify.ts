/**
 * Whether a server gives the right answer: asked before it is measured, since a wrong one is faster.
 *
 * @module
 */
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import type { Work } from './works.ts'

const MIB = 1_048_576
const JSON_BODY = JSON.stringify({ cards: [{ id: 1, text: 'ü' }], note: 'x'.repeat(950) })

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

/** What is wrong with the answers of 127.0.0.1:`port`, in words; null when nothing is. */
export async function flawOf(port: number, serve: Work['serve'], pipelined: boolean): Promise<string | null> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    // Twice on one connection, as it will be asked under load.
    for (let times = 0; times < 2; times++) {
      const flaw = flaws[serve](await ask(port, agent, serve))
      if (flaw !== null) return flaw
    }
    return pipelined ? await pipelineFlaw(port) : null
  } catch (error) {
    return `it does not answer: ${(error as Error).message}`
  } finally {
    agent.destroy()
  }
}

const flaws: Readonly<Record<Work['serve'], (answer: Answer) => string | null>> = {
  hello: (answer) => flaw(answer, 'text/plain', (body) => body.toString() === 'hello'),
  json: (answer) => flaw(answer, 'application/json', (body) => body.toString() === JSON_BODY),
  upload: (answer) => flaw(answer, 'text/plain', (body) => body.toString() === String(MIB)),
  stream: (answer) =>
    flaw(answer, 'application/octet-stream', (body) => body.equals(Buffer.alloc(MIB, 0x68))),
  file: (answer) => flaw(answer, 'application/octet-stream', (body) => body.equals(FILE)),
  cards: (answer) =>
    flaw(answer, 'application/json', (body) => {
      const cards = JSON.parse(body.toString()) as readonly { id: unknown; text: unknown }[]
      return (
        cards.length === 20 &&
        cards.every(({ id, text }) => text === `Greetings from place number ${Number(id) - 1}`)
      )
    }),
}

/** What `/card.bin` holds: 64 KiB of every octet. */
export const FILE: Buffer = Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 31) % 256))

function flaw(
  { status, type, body }: Answer,
  wanted: string,
  right: (body: Buffer) => boolean,
): string | null {
  if (status !== 200) return `it answers ${status}`
  if (!type.startsWith(wanted)) return `its content type is ${type || 'missing'}`
  return right(body) ? null : `its body is wrong: ${body.length} bytes`
}

function ask(port: number, agent: Agent, serve: Work['serve']): Promise<Answer> {
  const [type, sent] = bodies[serve] ?? [null, null]
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: '127.0.0.1',
        agent,
        path: serve === 'file' ? '/card.bin' : '/',
        method: sent === null ? 'GET' : 'POST',
        headers: sent === null ? {} : { 'content-type': type, 'content-length': sent.length },
        timeout: 10_000,
      },
      (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            body: Buffer.concat(pieces),
          }),
        )
      },
    )
    asked.on('error', reject)
    asked.on('timeout', () => asked.destroy(new Error('nothing within 10 s')))
    asked.end(sent ?? undefined)
  })
}

const bodies: Partial<Record<Work['serve'], readonly [type: string, body: Buffer]>> = {
  json: ['application/json', Buffer.from(JSON_BODY)],
  upload: ['application/octet-stream', Buffer.alloc(MIB, 0x68)],
}

/** Sixteen requests in one write must get sixteen answers. */
function pipelineFlaw(port: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`.repeat(16)),
    )
    let seen = ''
    const late = setTimeout(() => {
      socket.destroy()
      resolve(`of 16 pipelined requests it answers ${count(seen)}`)
    }, 5_000)
    socket.setEncoding('latin1').on('data', (text: string) => {
      seen += text
      if (count(seen) < 16) return
      clearTimeout(late)
      socket.destroy()
      resolve(null)
    })
    socket.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
  })
}

function count(text: string): number {
  return text.split('\r\n\r\nhello').length - 1
}
