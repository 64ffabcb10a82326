/** However the octets are cut into segments, what is read and answered is the same: RFC 9112 section 2.2. */
import { type App, json } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const mirror: App = async (method, path, headers, { query, input }) => {
  const body = Buffer.from(await input.bytes()).toString('latin1')
  return json({ method, path, query, headers, body, trailers: input.trailers() })
}

const REQUESTS: Record<string, string> = {
  'a head': head('GET /a?b=c', 'X-A: \t b ', 'Cookie: a=1', 'X-B:', 'Cookie: b=2'),
  'a body with a length': withLength('POST /a', 'a\r\n\r\nb\0\xff'),
  'a body in chunks, with trailers': inChunks('POST /a', ['\r\n', 'a', 'bcd'], 'X-Sum: 1', 'X-Two: 2'),
  'two requests, the first with a body': withLength('POST /a', 'ab') + head('GET /b'),
  'a request and one that does not parse': `${inChunks('POST /a', ['ab'])}NO\r\n\r\n`,
}

for (const kind of SERVERS) {
  describe(kind, () => {
    for (const [name, octets] of Object.entries(REQUESTS)) {
      test(`${name}, cut in two at each octet`, async () => {
        const { port } = await start(kind, mirror)
        const answer = async (...pieces: string[]): Promise<string> => {
          const client = await WireClient.connect(port)
          for (const piece of pieces) {
            client.send(piece)
            for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
          }
          const first = await client.response()
          const second = name.includes('request') ? await client.response() : null
          client.reset()
          return JSON.stringify([first.status, first.body, second?.status, second?.body])
        }
        const whole = await answer(octets)
        expect(whole).toContain('"path')
        for (let at = 1; at < octets.length; at++) {
          expect({ at, answer: await answer(octets.slice(0, at), octets.slice(at)) }).toEqual({
            at,
            answer: whole,
          })
        }
      })
    }
  })
}
