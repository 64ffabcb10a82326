/** The typed client over `http`: what only a connection can do to it, and it to a connection. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { service } from 'hagaki'
import { type Client, client, http } from 'hagaki/client'
import { expect, onTestFinished, test } from 'vitest'
import { start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { all, app, open, rejection } from './notes.ts'

test('a server that is not there is a call that was lost', async () => {
  const running = await start('node-http', app)
  await running.close()
  const api = client<typeof app>(app.contract, http(running.url))
  const error = await rejection(api.boom())
  expect(error).toMatchObject({ code: 'call_lost', detail: { to: running.url } })
  expect((error as Error).cause).toBeInstanceOf(Error)
  expect(await rejection(all(api.count({ to: 1 })))).toMatchObject({ code: 'call_lost' })
})

/** Serves what is no service at all. */
async function strange(answer: Parameters<typeof createServer>[1]): Promise<Client<typeof app>> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return client<typeof app>(app.contract, http(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
}

test('what is no service answers with faults all the same', async () => {
  const page = await strange((_, res) => res.setHeader('content-type', 'text/html').end('<h1>Hello</h1>'))
  expect(await rejection(page.find({ id: 'a', n: 1 }))).toMatchObject({ code: 'call_faulty' })
  expect(await rejection(all(page.count({ to: 1 })))).toMatchObject({ code: 'call_faulty' })
  const busy = await strange((_, res) => res.writeHead(503).end('<h1>Busy</h1>'))
  expect(await rejection(busy.find({ id: 'a', n: 1 }))).toMatchObject({
    code: 'call_answered',
    detail: { status: 503, code: null },
  })
  const cut = await strange((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"id"')
    setImmediate(() => res.destroy())
  })
  expect(await rejection(cut.find({ id: 'a', n: 1 }))).toMatchObject({ code: 'call_lost' })
})

test('a stream of the wrong type is not left open', async () => {
  const closed = promised()
  const api = await strange((req, res) => {
    req.socket.once('close', () => closed.resolve())
    res.writeHead(200, { 'content-type': 'application/json' }).write('[1,')
  })
  expect(await rejection(all(api.count({ to: 1 })))).toMatchObject({ code: 'call_faulty' })
  await closed.promise
})

test('a caller who cancels closes the connection, and the handler’s signal knows', async () => {
  const [called, told] = [promised(), promised<unknown>()]
  const waiting = service({
    wait: open.reads('/wait', {}, (_, { signal }) => {
      signal.addEventListener('abort', () => told.resolve(signal.reason))
      called.resolve()
      return new Promise<void>(() => {})
    }),
  })
  const running = await start('node-http', waiting)
  const controller = new AbortController()
  const calling = rejection(
    client<typeof waiting>(waiting.contract, http(running.url)).wait(undefined, {
      signal: controller.signal,
    }),
  )
  await called.promise
  controller.abort(new Error('enough'))
  await calling
  expect(await told.promise).toMatchObject({ code: 'request_aborted' })
})

test('a contract is data: a client is made from it wherever it was read', async () => {
  const running = await start('node-http', app)
  const written: unknown = JSON.parse(JSON.stringify(app.contract))
  const api = client<typeof app>(written as typeof app.contract, http(running.url))
  expect(await api.find({ id: 'a', n: 1, tags: ['x'] })).toEqual({ id: 'a', n: 1, tags: ['x'] })
})
