/** What `node:http` does, and the gateway before it has to see to. */
import type { Socket } from 'node:net'
import { type App, json, takeover, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { NODE, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

const mirror: App = (_method, path, headers, { http }) => json({ path, headers, http })

const asks = async (octets: string, app: App = mirror): Promise<{ status: number; body: string }> => {
  const { port } = await start('node-http', app)
  return (await WireClient.connect(port)).ask(octets)
}

describe('node:http misbehaves so that the gateway has to see to it', () => {
  test('a hint behind an answer that closes the connection does not end the process', async () => {
    // Node hands the socket, already ended, to the third request before the second.
    const { port } = await start('node-http', async (_method, path, _headers, options) => {
      options.hint({ link: '</a>' })
      await new Promise((resolve) => setImmediate(resolve))
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(withLength('POST *', 'abc') + withLength('POST /b', 'abc') + withLength('POST /c', 'abc'))
    expect((await client.response()).status).toBe(400)
    await client.end().ending()
    expect((await (await WireClient.connect(port)).ask(head('GET /d'))).body).toBe('/d')
  })

  test('an answer to an HTTP/1.0 client that has named chunked is not chunked', async () => {
    const { status, body } = await asks('GET / HTTP/1.0\r\nTE: chunked\r\n\r\n', (_method, path) =>
      text(path),
    )
    expect({ status, body }).toEqual({ status: 200, body: '/' })
  })

  test('an empty Transfer-Encoding is refused, and the octets behind it are no request', async () => {
    const paths: string[] = []
    const { port } = await start('node-http', (_method, path) => {
      paths.push(path)
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(withLength('POST /a', 'abc', 'Transfer-Encoding:') + head('GET /smuggled'))
    expect((await client.response()).status).toBe(400)
    expect(await client.end().rest()).toBe('')
    expect(paths).toEqual([])
  })

  test('on Node 20 a Content-Length with a tab behind it is refused, later it is not (RFC 9110 5.5)', async () => {
    const { status } = await asks(`${head('POST /', 'Content-Length: 3\t')}abc`)
    expect(status).toBe(NODE < 22 ? 400 : 200)
  })

  test('but for Node 24, a takeover that iterates its connection loses it when the client ends its side (24)', async () => {
    const after = promised<boolean>()
    const loops = takeover(async (duplex) => {
      for await (const _ of duplex);
      after.resolve((duplex as Socket).destroyed)
      duplex.end()
    })
    const { port } = await start('node-http', () => [101, null, {}, loops])
    const client = await WireClient.connect(port)
    expect((await client.ask(head('GET /', 'Connection: upgrade', 'Upgrade: x'))).status).toBe(101)
    client.end()
    expect(await after.promise).toBe(NODE !== 24)
  })
})
