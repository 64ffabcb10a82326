/** Apps that fail: contract clauses 25 and 26. */
import { Fault, raise, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import type { App, Result } from '../../src/contract.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { WireClient, type WireResponse } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    const asks = async (app: App, log = new Logbook()): Promise<WireResponse> => {
      const { port } = await start(kind, (...args) => (args[1] === '/good' ? text('good') : app(...args)), {
        log,
      })
      const client = await WireClient.connect(port)
      const response = await client.ask(head('GET /'))
      expect((await client.ask(head('GET /good'))).body, 'the connection goes on').toBe('good')
      return response
    }

    test('whatever is thrown, at once or later, is 500 without a word of it, and logged (clause 25)', async () => {
      const hostile = {
        get code(): never {
          throw new Error('secret')
        },
        toString: () => raise(new Error('secret')),
      }
      for (const thrown of [
        new Error('secret'),
        'secret',
        undefined,
        null,
        0,
        { status: 200, secret: 1 },
        [200, null, {}, 'secret'],
        hostile,
      ]) {
        for (const app of [
          () => raise(thrown),
          async () => raise(thrown),
          async () => {
            await new Promise((resolve) => setImmediate(resolve))
            raise(thrown)
          },
        ] as App[]) {
          const log = new Logbook()
          const { status, body } = await asks(app, log)
          expect(JSON.parse(body)).toEqual({
            status: 500,
            title: 'Internal Server Error',
            code: 'app_failed',
            detail: 'The app failed',
          })
          expect(status).toBe(500)
          expect(log.errors).toHaveLength(1)
        }
      }
    })

    test("a fault is answered with its status as a problem, and not logged when it is the client's (RFC 9457)", async () => {
      const log = new Logbook()
      const response = await asks(
        () => raise(new Fault('method_not_allowed', { method: 'GET', allow: ['PUT', 'POST'] })),
        log,
      )
      expect(response.status).toBe(405)
      expect(response.field('allow')).toBe('PUT, POST')
      expect(response.field('content-type')).toBe('application/problem+json')
      expect(JSON.parse(response.body)).toMatchObject({ status: 405, code: 'method_not_allowed' })
      expect(log.errors).toEqual([])
    })

    test('a fault of a call that the app made is 502 to 504, never what the far side said (clause 26)', async () => {
      const answered = new Fault('call_answered', {
        to: 'far',
        status: 401,
        code: 'secret',
        data: { secret: 1 },
      })
      expect((await asks(() => raise(answered))).status).toBe(502)
      expect((await asks(() => raise(new Fault('call_timeout', { to: 'far', limitMs: 1 })))).status).toBe(504)
    })

    test('a promise that is none, or settles more than once, is answered once', async () => {
      const thenable = (
        then: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void,
      ): App => (() => ({ then })) as unknown as App
      const twice = await asks(
        thenable((resolve, reject) => {
          resolve(text('one'))
          resolve(text('two'))
          reject(new Error('three'))
        }),
      )
      expect(twice).toMatchObject({ status: 200, body: 'one' })
      expect(await asks(thenable(() => raise(new Error('no promise'))))).toMatchObject({ status: 500 })
      const throwing = Object.defineProperty({}, 'then', { get: () => raise(new Error('no promise')) })
      expect(await asks((() => throwing) as unknown as App)).toMatchObject({ status: 500 })
    })

    test('a result that throws when it is looked at is 500', async () => {
      const trap = new Proxy([200, null, {}, null], { get: () => raise(new Error('trap')) })
      expect((await asks(() => trap as unknown as Result)).status).toBe(500)
      const fields = Object.defineProperty({}, 'x-a', {
        enumerable: true,
        get: () => raise(new Error('trap')),
      })
      expect((await asks(() => [200, null, fields, null])).status).toBe(500)
    })

    test('fields that give another value when asked again put nothing unchecked on the wire (clause 7)', async () => {
      let asked = 0
      const fields = Object.defineProperty({}, 'x-a', {
        enumerable: true,
        get: () => (asked++ === 0 ? 'a' : 'a\r\nx-evil: 1'),
      })
      const { port } = await start(kind, () => [200, null, fields, null])
      const client = await WireClient.connect(port)
      expect(await client.send(head('GET /', 'Connection: close')).rest()).not.toContain('x-evil')
    })

    test('a body that throws while it closes harms nobody (clause 23)', async () => {
      const closing = {
        [Symbol.asyncIterator]: () => ({
          next: async () => raise(new Error('never asked')),
          return: async () => raise(new Error('cannot close')),
        }),
      }
      expect((await asks(() => [204, null, {}, stream(closing)])).status).toBe(500)
    })
  })
}
