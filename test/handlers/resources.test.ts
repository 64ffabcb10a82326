/** Resources of served handlers: opened before the first answer, closed after the last. */
import { closeApp, mount, openApp, resource, type Service, serverFacts, service, verbs } from 'hagaki'
import { serve } from 'hagaki/server'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'

const seen: string[] = []
beforeEach(() => void seen.splice(0))

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'

/** A resource that says when it is opened and closed. */
const telling = (name: string, open: () => unknown = () => name) =>
  resource(
    () => {
      seen.push(`open ${name}`)
      return open()
    },
    () => void seen.push(`close ${name}`),
  )

function serviceOf(db: ReturnType<typeof telling>, answer: () => unknown = () => 'ok'): Service {
  const { reads } = verbs({ db })
  return service({
    it: reads('/', { returns: z.any() }, async (_, { db }) => {
      seen.push(`call with ${String(db)}`)
      return answer()
    }),
  }) as Service
}

test('a request that comes while a resource is being opened waits for it', async () => {
  const [opening, mayOpen] = [promised(), promised()]
  const db = telling('db', async () => {
    opening.resolve()
    await mayOpen.promise
    return 'db'
  })
  // The port is bound before the app is opened, so that nothing in between is refused.
  const port = promised<number>()
  const probing = resource(({ port: own }) => port.resolve(own))
  const app = mount({ '/first': serviceOf(probing as never), '/': serviceOf(db) })
  const serving = start('node-http', app)
  await opening.promise
  const client = await WireClient.connect(await port.promise)
  client.send(GET)
  mayOpen.resolve()
  await serving
  expect((await client.response()).body).toBe('"ok"')
  expect(seen).toEqual(['open db', 'call with db'])
  client.close()
})

test('a resource that does not open stops the boot, by its name, and frees the port', async () => {
  const port = promised<number>()
  const probing = resource(({ port: own }) => port.resolve(own))
  const broken = verbs({
    first: telling('first'),
    probing,
    db: telling('db', () => Promise.reject(new Error('no such host'))),
  })
  const app = service({ it: broken.reads('/', {}, () => {}) })
  await expect(serve(app, { port: 0 })).rejects.toMatchObject({
    code: 'setup_faulty',
    message: expect.stringMatching(/^Resource "db": no such host/),
  })
  expect(seen).toEqual(['open first', 'open db', 'close first'])
  await expect(WireClient.connect(await port.promise)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('resources are closed when the last call is over, and not before', async () => {
  const [called, mayAnswer] = [promised(), promised()]
  const app = serviceOf(telling('db'), async () => {
    called.resolve()
    await mayAnswer.promise
    seen.push('answering')
    return 'late'
  })
  const running = await start('node-http', app)
  const client = await WireClient.connect(running.port)
  client.send(GET)
  await called.promise
  const closing = running.close()
  mayAnswer.resolve()
  expect((await client.response()).body).toBe('"late"')
  await closing
  expect(seen).toEqual(['open db', 'call with db', 'answering', 'close db'])
})

test('what a call deferred still has its resources', async () => {
  const { reads } = verbs({ db: telling('db') })
  const app = service({
    it: reads('/', {}, (_, { db, defer }) =>
      defer(async () => void seen.push(`deferred with ${String(db)}`)),
    ),
  })
  const running = await start('node-http', app)
  const client = await WireClient.connect(running.port)
  await client.ask(GET)
  await running.close()
  expect(seen).toEqual(['open db', 'deferred with db', 'close db'])
})

test('two servers share a resource, and the last one closes it', async () => {
  const app = serviceOf(telling('db'))
  const [one, other] = [await start('node-http', app), await start('node-http', app)]
  await one.close()
  const client = await WireClient.connect(other.port)
  expect((await client.ask(GET)).body).toBe('"ok"')
  client.close()
  await other.close()
  expect(seen).toEqual(['open db', 'call with db', 'close db'])
})

test('a service that was closed can be served again', async () => {
  const app = serviceOf(telling('db'))
  await openApp(app, serverFacts())
  await closeApp(app)
  const running = await start('node-http', app)
  await running.close()
  expect(seen).toEqual(['open db', 'close db', 'open db', 'close db'])
})
