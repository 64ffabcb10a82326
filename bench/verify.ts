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
export async function flawOf(
  port: number,
  serve: Work['serve'],
  server: string,
  pipelined: boolean,
): Promise<string | null> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { sends, flaw } = QUESTIONS[server]?.[serve] ?? EVERYBODY[serve]
  try {
    // Twice on one connection, as it will be asked under load.
    for (let times = 0; times < 2; times++) {
      const found = flaw(await ask(port, agent, sends))
      if (found !== null) return found
    }
    return pipelined ? await pipelineFlaw(port) : null
  } catch (error) {
    return `it does not answer: ${(error as Error).message}`
  } finally {
    agent.destroy()
  }
}

interface Sends {
  readonly path: string
  readonly type?: string
  readonly body?: Buffer
}

/** What is asked, and what is wrong with an answer. */
interface Question {
  readonly sends: Sends
  readonly flaw: (answer: Answer) => string | null
}

const JSON_TYPE = 'application/json'
const HOME: Sends = { path: '/' }
const posted = (text: string, path = '/'): Sends => ({ path, type: JSON_TYPE, body: Buffer.from(text) })
const NOTE = { text: 'Greetings', to: ['anna'], stars: 4.5 }
const LETTER =
  '{"to":["anna","ben"],"from":"chiyo","place":"Kyoto","stars":4.5,"public":true,"replyTo":null,' +
  '"tags":["autumn"],"at":{"lat":35.0116,"lon":135.7681},"text":"The maples have turned."}'
const LINE = `${JSON.stringify({ text: 'Greetings from Kyoto', to: ['anna', 'ben'] })}\n`
/** The note, with the id that it was given. */
const isNote = (data: unknown): boolean => {
  const { id, ...rest } = data as typeof NOTE & { readonly id: unknown }
  return typeof id === 'number' && JSON.stringify(rest) === JSON.stringify(NOTE)
}

const HELLO: Question = asked(HOME, 'text/plain', (body) => body.toString() === 'hello')

const EVERYBODY: Readonly<Record<Work['serve'], Question>> = {
  hello: HELLO,
  wsgi: HELLO,
  flask: HELLO,
  rack: HELLO,
  sinatra: HELLO,
  json: asked(posted(JSON_BODY), JSON_TYPE, (body) => body.toString() === JSON_BODY),
  upload: asked(
    { path: '/', type: 'application/octet-stream', body: Buffer.alloc(MIB, 0x68) },
    'text/plain',
    (body) => body.toString() === String(MIB),
  ),
  stream: asked(HOME, 'application/octet-stream', (body) => body.equals(Buffer.alloc(MIB, 0x68))),
  lines: asked(HOME, 'application/octet-stream', (body) => body.toString() === LINE.repeat(32)),
  file: asked({ path: '/card.bin' }, 'application/octet-stream', (body) => body.equals(FILE)),
  cards: asked(HOME, JSON_TYPE, (body) => {
    const cards = JSON.parse(body.toString()) as readonly { id: unknown; text: unknown }[]
    return (
      cards.length === 20 &&
      cards.every(({ id, text }) => text === `Greetings from place number ${Number(id) - 1}`)
    )
  }),
  note: asked(posted(LETTER), JSON_TYPE, (body) => body.toString() === LETTER),
  routes: asked(
    { path: '/r150/kyoto/cards/7' },
    JSON_TYPE,
    (body) => body.toString() === '{"shelf":"kyoto","card":7}',
  ),
  rpc: asked(posted(JSON.stringify(NOTE), '/add'), JSON_TYPE, (body) => isNote(JSON.parse(body.toString()))),
  worker: asked(posted(JSON.stringify(NOTE), '/add'), JSON_TYPE, (body) =>
    isNote(JSON.parse(body.toString())),
  ),
  nats: asked(posted(JSON.stringify(NOTE), '/add'), JSON_TYPE, (body) => isNote(JSON.parse(body.toString()))),
}

/** Of servers that speak otherwise. */
const QUESTIONS: { readonly [server: string]: Partial<Readonly<Record<Work['serve'], Question>>> } = {
  orpc: {
    rpc: asked(posted(JSON.stringify({ json: NOTE }), '/add'), JSON_TYPE, (body) =>
      isNote((JSON.parse(body.toString()) as { json: unknown }).json),
    ),
  },
  trpc: {
    rpc: asked(posted(JSON.stringify(NOTE), '/add'), JSON_TYPE, (body) =>
      isNote((JSON.parse(body.toString()) as { result: { data: unknown } }).result.data),
    ),
  },
}

function asked(sends: Sends, wanted: string, right: (body: Buffer) => boolean): Question {
  return { sends, flaw: (answer) => flawIn(answer, wanted, right) }
}

/** What `/card.bin` holds: 64 KiB of every octet. */
export const FILE: Buffer = Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 31) % 256))

function flawIn(
  { status, type, body }: Answer,
  wanted: string,
  right: (body: Buffer) => boolean,
): string | null {
  if (status !== 200) return `it answers ${status}`
  if (!type.startsWith(wanted)) return `its content type is ${type || 'missing'}`
  return right(body) ? null : `its body is wrong: ${body.length} bytes`
}

function ask(port: number, agent: Agent, { path, type, body }: Sends): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: '127.0.0.1',
        agent,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? {} : { 'content-type': type, 'content-length': body.length },
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
    asked.end(body)
  })
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
