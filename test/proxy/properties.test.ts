/** Any request and any answer goes through the gateway as it is, but for what the gateway says itself. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { latin1 } from '../../src/wire/http1/octets.ts'
import { RequestReader } from '../../src/wire/http1/request-reader.ts'
import { SERVERS } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { gateway } from './raw-upstream.ts'

const LIMITS = { requestLine: 8_000, head: 16_384, fields: 200, chunkExtensions: 4_096 }
/** What a gateway says in its own words (see docs/roads.md). */
const ITS_OWN =
  /^(?:x-forwarded-.*|via|content-length|trailer|expect|connection|date|keep-alive|transfer-encoding)$/

type Fields = readonly (readonly [name: string, value: string])[]

/** One message, as it is written. */
interface Message {
  readonly fields: Fields
  readonly body: Uint8Array
  /** Sizes to cut the body by; null for a body that is counted. */
  readonly cuts: readonly number[] | null
  readonly trailers: Fields
}

const token = fc
  .stringMatching(/^[a-z][a-z0-9_!~-]{0,12}$/)
  .filter((name) => !/^(?:x-|forward|true-client|cf-|client-|front-|fastly)/.test(name))
const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[ \t!-~\x80-\xff]{0,30}[!-~\x80-\xff])?)?$/)
const fields = fc
  .uniqueArray(
    fc.tuple(
      token.map((name) => `q-${name}`),
      value,
    ),
    { maxLength: 12, selector: ([name]) => name },
  )
  .map((all): Fields => all)
const message = fc.record<Message>({
  fields,
  body: fc.uint8Array({ maxLength: 40_000, size: 'max' }),
  cuts: fc.option(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 8 })),
  trailers: fields.map((all) => all.slice(0, 3).map(([name, one]) => [`t${name}`, one] as const)),
})
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND')
const path = fc.stringMatching(/^\/[!-"$->@-~]{0,40}$/)
const query = fc.option(fc.stringMatching(/^[!-"$-~]{0,40}$/))

describe.each(SERVERS)('%s', (kind) => {
  test('any request arrives as it was sent, and any answer to it', async () => {
    const behind = await Behind.start()
    const { port } = await gateway(kind, behind.url)
    const asked = fc.record({
      method,
      path,
      query,
      sent: message,
      answer: message,
      status: fc.constantFrom(200, 201, 404, 418, 500),
    })
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        behind.answer = `HTTP/1.1 ${one.status} x\r\n${written(one.answer)}`
        behind.seen = null
        const target = one.query === null ? one.path : `${one.path}?${one.query}`
        const client = await WireClient.connect(port)
        const te = 'te: trailers\r\nconnection: te\r\n'
        client.send(`${one.method} ${target} HTTP/1.1\r\nhost: a.example\r\n${te}${written(one.sent)}`)
        const answer = await client.response(one.method)
        client.close()
        expect(behind.seen).toEqual({
          method: one.method,
          target,
          fields: told([['host', 'a.example'], ...one.sent.fields]),
          body: digest(one.sent.body),
          trailers: one.sent.cuts === null ? [] : told(one.sent.trailers),
        })
        expect({
          status: answer.status,
          fields: told(answer.lines),
          body: digest(Buffer.from(answer.body, 'latin1')),
          trailers: told(answer.trailers),
          whole: answer.whole,
        }).toEqual({
          status: one.status,
          fields: told(one.answer.fields),
          body: digest(one.answer.body),
          trailers: one.answer.cuts === null ? [] : told(one.answer.trailers),
          whole: true,
        })
      }),
      { numRuns: 150 },
    )
  })
})

/** Fields, framing and body, one code unit for each octet. */
function written({ fields: lines, body, cuts, trailers }: Message): string {
  const text = (all: Fields): string => all.map(([name, one]) => `${name}: ${one}\r\n`).join('')
  if (cuts === null)
    return `${text(lines)}content-length: ${body.length}\r\n\r\n${latin1(body, 0, body.length)}`
  let chunks = ''
  for (let at = 0, turn = 0; at < body.length; turn++) {
    const piece = body.subarray(at, at + cuts[turn % cuts.length]!)
    chunks += `${piece.length.toString(16)}\r\n${latin1(piece, 0, piece.length)}\r\n`
    at += piece.length
  }
  return `${text(lines)}transfer-encoding: chunked\r\n\r\n${chunks}0\r\n${text(trailers)}\r\n`
}

function told(lines: Fields): string[] {
  return lines
    .map(([name, one]) => [name.toLowerCase(), one] as const)
    .filter(([name]) => !ITS_OWN.test(name))
    .map(([name, one]) => `${name}: ${one}`)
    .sort()
}

function digest(body: Uint8Array): string {
  return `${body.length} ${createHash('sha256').update(body).digest('hex')}`
}

/** A server behind that reads requests as strictly as ours, and answers octets. */
class Behind {
  answer = ''
  seen: unknown = null
  readonly url: string

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(): Promise<Behind> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const behind = new Behind((server.address() as AddressInfo).port)
    server.on('connection', (socket) => {
      const reader = new RequestReader({ limits: LIMITS, authority: 'nobody', latin1 })
      let head: ReturnType<RequestReader['head']> = null
      let pieces: Uint8Array[] = []
      socket.on('error', () => {})
      socket.on('data', (octets: Uint8Array) => {
        reader.push(octets)
        head ??= reader.head()
        if (head === null) return
        for (let piece = reader.piece(); piece !== null; piece = reader.piece()) pieces.push(piece.slice())
        if (!reader.over) return
        behind.seen = {
          method: head.method,
          target: head.query === null ? head.path : `${head.path}?${head.query}`,
          fields: told(Object.entries(head.headers)),
          body: digest(Buffer.concat(pieces)),
          trailers: told(Object.entries(reader.trailers ?? {})),
        }
        head = null
        pieces = []
        socket.write(behind.answer, 'latin1')
      })
    })
    return behind
  }
}
