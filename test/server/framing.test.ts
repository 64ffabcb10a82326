/** Where a request body ends: RFC 9112 section 6, over a real connection. */
import { type App, json } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { octetsOf, WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const measure: App = async (_method, _path, _headers, { input }) => {
  const body = await input.bytes()
  return json({ length: input.length, absent: input.absent, body: Buffer.from(body).toString('latin1') })
}

for (const kind of SERVERS) {
  describe(kind, () => {
    /** Sends octets whole and octet by octet; the answers are the same, and so one is given. */
    const answer = async (octets: string): Promise<{ status: number; body: string; closed: boolean }> => {
      const { port } = await start(kind, measure)
      const all: string[] = []
      for (const size of [octets.length, 1]) {
        const client = await WireClient.connect(port)
        await client.sendSplit(octets, size)
        const { status, body, field } = await client.response()
        const closed = field('connection')?.toLowerCase() === 'close'
        if (closed) await client.end().ending()
        all.push(JSON.stringify({ status, body, closed }))
        client.close()
      }
      expect(new Set(all).size, 'however the octets arrive').toBe(1)
      return JSON.parse(octetsOf(all[0]!).toString('utf8')) as {
        status: number
        body: string
        closed: boolean
      }
    }
    const reads = async (octets: string, seen: object): Promise<void> => {
      const { status, body } = await answer(octets)
      expect(status, octets).toBe(200)
      expect(JSON.parse(body)).toMatchObject(seen)
    }
    const refuses = async (octets: string, as = 400): Promise<void> => {
      const { status, closed } = await answer(octets)
      expect({ octets, status, closed }).toEqual({ octets, status: as, closed: true })
    }

    test('a request with neither length nor coding has no body (RFC 9112 6.3)', async () => {
      await reads(head('POST /'), { length: 0, absent: true, body: '' })
      await reads(head('POST /', 'Content-Length: 0'), { length: 0, body: '' })
    })

    test('a length is that many octets (RFC 9112 6.2)', async () => {
      await reads(withLength('POST /', 'a\0\xff\r\n'), { length: 5, absent: false, body: 'a\0\xff\r\n' })
      await reads(head('POST /', 'Content-Length: 003') + 'abc', { length: 3, body: 'abc' })
    })

    test('chunks are joined, and their extensions ignored (RFC 9112 7.1)', async () => {
      await reads(inChunks('POST /', ['ab', 'c', '\xff'.repeat(17)]), {
        length: null,
        absent: false,
        body: `abc${'\xff'.repeat(17)}`,
      })
      await reads(inChunks('POST /', []), { length: null, absent: false, body: '' })
      const coded = head('POST /', 'Transfer-Encoding: Chunked')
      await reads(`${coded}3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n`, { body: 'abc' })
      await reads(`${coded}00A\r\n0123456789\r\n000\r\n\r\n`, { body: '0123456789' })
    })

    test('a length is 1*DIGIT and nothing else (RFC 9110 8.6)', async () => {
      for (const length of [
        '',
        '-1',
        '+1',
        '1e0',
        '0x1',
        '1,1',
        '1, 1',
        '1 1',
        '1.0',
        '\xb2',
        '9'.repeat(30),
      ]) {
        await refuses(`${head('POST /', `Content-Length: ${length}`)}a`)
      }
    })

    test('two lengths are refused, be they equal or not (RFC 9110 8.6)', async () => {
      await refuses(head('POST /', 'Content-Length: 1', 'Content-Length: 1') + 'a')
      await refuses(head('POST /', 'Content-Length: 1', 'Content-Length: 2') + 'ab')
    })

    test('a length beside a transfer coding is refused, an empty coding included (RFC 9112 6.1)', async () => {
      await refuses(head('POST /', 'Content-Length: 5', 'Transfer-Encoding: chunked') + '0\r\n\r\n')
      await refuses(head('POST /', 'Transfer-Encoding: chunked', 'Content-Length: 5') + '0\r\n\r\n')
      await refuses(head('POST /', 'Transfer-Encoding:', 'Content-Length: 1') + 'a')
    })

    test('a transfer coding that is not chunked alone is refused (RFC 9112 6.1)', async () => {
      const codings = [
        '',
        'gzip',
        'identity',
        'chunked, gzip',
        'chunked, chunked',
        'xchunked',
        'chunked;a=b',
        '"chunked"',
        '\xa0chunked',
        'chunked\x0b',
      ]
      for (const coding of codings)
        await refuses(head('POST /', `Transfer-Encoding: ${coding}`) + '0\r\n\r\n')
    })

    test('a transfer coding before chunked is 501 (RFC 9112 6.1)', async () => {
      await refuses(`${head('POST /', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 501)
      await refuses(
        `${head('POST /', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
        501,
      )
    })

    test('a transfer coding from an HTTP/1.0 client is refused, and the connection closed (RFC 9112 6.1)', async () => {
      await refuses(
        `POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      )
    })

    test('faulty chunks are refused (RFC 9112 7.1)', async () => {
      const coded = head('POST /', 'Transfer-Encoding: chunked')
      for (const chunks of [
        'x\r\n\r\n',
        '\r\n\r\n',
        '-1\r\n\r\n',
        '0x1\r\na\r\n0\r\n\r\n',
        ' 1\r\na\r\n0\r\n\r\n',
        '1\na\n0\n\n',
        '1\r\nab\r\n0\r\n\r\n',
        '1\r\na0\r\n\r\n',
        'fffffffffffffffff\r\na',
        '1;a\nb\r\na\r\n0\r\n\r\n',
        '0\r\nfaulty trailer\r\n\r\n',
      ]) {
        await refuses(coded + chunks)
      }
    })

    test('a refused request takes those behind it on the connection with it (RFC 9112 6.3)', async () => {
      let calls = 0
      const { port } = await start(kind, (...args) => {
        calls++
        return measure(...args)
      })
      const client = await WireClient.connect(port)
      const smuggled = withLength('GET /smuggled', '')
      client.send(head('POST /', 'Content-Length: 5', 'Transfer-Encoding: chunked') + `0\r\n\r\n${smuggled}`)
      expect((await client.response()).status).toBe(400)
      expect(await client.rest()).toBe('')
      expect(calls).toBe(0)
    })

    test('what comes behind an answer that closes the connection is no request (RFC 9112 9.6)', async () => {
      const paths: string[] = []
      const { port } = await start(kind, (_method, path) => {
        paths.push(path)
        return json(path)
      })
      for (const octets of [
        'GET / HTTP/1.1\r\n\r\n',
        head('GET *'),
        head('GET /last', 'Connection: close'),
      ]) {
        const client = await WireClient.connect(port)
        client.send(`${octets}${head('GET /behind')}${withLength('POST /behind', 'a')}`)
        expect((await client.response()).field('connection')).toBe('close')
        expect(await client.end().rest()).toBe('')
      }
      expect(paths).toEqual(['/last'])
    })

    test('requests sent in one segment are answered in their order (RFC 9112 9.3.2)', async () => {
      const order: string[] = []
      const { port } = await start(kind, async (...args) => {
        const path = args[1]
        // Where they run at once, the first answer is made last.
        if (path === '/0' && DIFFERENCES.pipelining[kind] === 'at once')
          while (order.length < 3) await new Promise((resolve) => setImmediate(resolve))
        order.push(path)
        return path === '/0' ? json(path) : measure(...args)
      })
      const client = await WireClient.connect(port)
      client.send(
        head('GET /0') +
          withLength('POST /1', 'x') +
          inChunks('POST /2', ['abc', 'd']) +
          inChunks('POST /3', ['ef']),
      )
      expect(JSON.parse((await client.response()).body)).toBe('/0')
      for (const body of ['x', 'abcd', 'ef']) {
        expect(JSON.parse((await client.response()).body)).toMatchObject({ body })
      }
    })

    test('a request that does not parse is refused after those before it are answered (RFC 9112 9.3.2)', async () => {
      const { port } = await start(kind, async (_method, path) => {
        await new Promise((resolve) => setImmediate(resolve))
        return json(path)
      })
      const client = await WireClient.connect(port)
      client.send(`${head('GET /a')}${head('GET /b')}no request\r\n\r\n${head('GET /c')}`)
      expect((await client.response()).body).toBe('"/a"')
      expect((await client.response()).body).toBe('"/b"')
      expect((await client.response()).status).toBe(400)
      expect(await client.rest()).toBe('')
    })
  })
}
