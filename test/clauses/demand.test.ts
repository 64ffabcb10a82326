/** Clause 13: what a server does when the app asks for the body, and what it gives. */
import { gzipSync } from 'node:zlib'
import { text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { head, inChunks, withLength } from '../server/wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a body is given without its transfer coding, and with its content coding (13)', async () => {
      const coded = gzipSync('a text that was compressed').toString('latin1')
      const { port } = await start(kind, async (_method, _path, { 'content-encoding': coding }, { input }) =>
        text(`${coding} ${Buffer.from(await input.bytes()).toString('hex')}`),
      )
      const withCoding = (octets: string): string => octets.replace('\r\n', '\r\nContent-Encoding: gzip\r\n')
      for (const octets of [
        withLength('POST /', coded),
        inChunks('POST /', [coded.slice(0, 7), coded.slice(7)]),
      ]) {
        const { body } = await (await WireClient.connect(port)).ask(withCoding(octets))
        expect(body).toBe(`gzip ${Buffer.from(coded, 'latin1').toString('hex')}`)
      }
    })

    test('the first demand sends 100-continue: neither the call nor the second does (13)', async () => {
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        options.hint({ link: '</called>' })
        const read = [options.input.bytes(), options.input.bytes()]
        options.hint({ link: '</asked>' })
        return text(String((await read[0]!).length + (await read[1]!).length))
      })
      const client = await WireClient.connect(port)
      client.send(head('POST /', 'Content-Length: 3', 'Expect: 100-continue'))
      const interim = [await client.head(), await client.head(), await client.head()]
      expect(interim.map((one) => one.status)).toEqual([103, 100, 103])
      expect(interim[2]!.field('link')).toBe('</asked>')
      expect(await client.send('abc').response()).toMatchObject({ status: 200, body: '6' })
    })
  })
}
