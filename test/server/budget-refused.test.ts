/** Bodies that a memory budget turns away: after `budgetTimeoutMs` and at once, by 503 and 413. */
import { describe, expect, test } from 'vitest'
import { Logbook, SERVERS, start } from './kinds.ts'
import { ask, BUDGET, count, KB, keeping, LARGEST, LIMITS, upload } from './uploads.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks } from './wire-request.ts'

const busy = { code: 'server_busy', status: 503 }

for (const kind of SERVERS) {
  describe(kind, () => {
    test('who waits too long is 503, told when to come again, and the connection closes', async () => {
      const { app, read, go } = keeping()
      const log = new Logbook()
      const { port } = await start(kind, app, {
        budget: BUDGET,
        log,
        limits: { ...LIMITS, budgetTimeoutMs: 300 },
      })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      for (const octets of [upload(LARGEST), inChunks('POST /', ['x'.repeat(LARGEST)])]) {
        const client = await WireClient.connect(port)
        const answer = await client.ask(octets)
        expect(JSON.parse(answer.body)).toMatchObject(busy)
        expect([answer.status, answer.field('retry-after'), answer.field('connection')]).toEqual([
          503,
          '1',
          'close',
        ])
        expect(await client.end().ending()).toBe('end')
      }
      expect(log.errors).toEqual([]) // of the app: it comes by the thousand
      go()
      expect((await first).status).toBe(200)
    })

    test('hundreds that are turned away at once are all told so, and others are answered meanwhile', async () => {
      const { app, read, go } = keeping()
      // All are connected before the first of them sends anything, which on a busy machine takes its time.
      const limits = { ...LIMITS, budgetTimeoutMs: 0, headTimeoutMs: 120_000 }
      const { port } = await start(kind, app, { budget: BUDGET, limits })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const other = await WireClient.connect(port)
      const away = Array.from({ length: 300 }, () => ask(port, upload(KB * KB)))
      let over = false
      const all = Promise.all(away).finally(() => {
        over = true
      })
      for (let asked = 0; !over || asked < 10; asked++)
        expect((await other.ask(head('GET /'))).body).toBe('0')
      for (const answer of await all) {
        expect(JSON.parse(answer.body)).toMatchObject(busy)
        expect([answer.status, answer.field('connection')]).toEqual([503, 'close'])
      }
      go()
      expect((await first).status).toBe(200)
    })

    test('one that is turned away when nearly all of it has come leaves the connection to the next request', async () => {
      const { app, read, go } = keeping()
      const limits = { ...LIMITS, budgetTimeoutMs: 0, unread: 128 * KB }
      const { port } = await start(kind, app, { budget: BUDGET, limits })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const client = await WireClient.connect(port)
      const chunked = `${head('POST /', 'Transfer-Encoding: chunked')}19000\r\n${'x'.repeat(100 * KB)}\r\n`
      for (const octets of [upload(100 * KB), upload(70 * KB), chunked]) {
        const answer = await client.ask(octets)
        expect([answer.status, JSON.parse(answer.body).code]).toEqual([503, 'server_busy'])
        if (octets === chunked)
          expect(answer.field('connection')).toBe('close') // nobody knows how much comes
        else expect((await client.ask(head('GET /'))).body).toBe('0')
      }
      go()
      expect((await first).status).toBe(200)
    })

    test('a log that throws takes nobody along who is turned away', async () => {
      for (const budgetTimeoutMs of [0, 100]) {
        const { app, read, go } = keeping()
        const log = new Logbook()
        log.warn = () => {
          throw new Error('the disk is full')
        }
        const { port } = await start(kind, app, {
          budget: BUDGET,
          log,
          limits: { ...LIMITS, budgetTimeoutMs },
        })
        const first = ask(port, upload(LARGEST, '/keep'))
        await read
        for (let at = 0; at < 2; at++)
          expect(JSON.parse((await ask(port, upload(LARGEST))).body)).toMatchObject(busy)
        go()
        expect((await first).status).toBe(200)
      }
    })

    test('what has arrived of those who wait has a bound, and beyond it they are 503 at once', async () => {
      const { app, read, go } = keeping()
      const { port } = await start(kind, app, { budget: BUDGET, limits: LIMITS })
      const all = [ask(port, upload(LARGEST, '/keep'))]
      await read
      for (let at = 0; at < 30; at++) all.push(ask(port, upload(KB * KB)))
      const turnedAway = (await Promise.race(all)).status
      expect(turnedAway).toBe(503)
      go()
      const statuses = (await Promise.all(all)).map(({ status }) => status)
      expect(new Set(statuses)).toEqual(new Set([200, 503]))
      expect(statuses[0]).toBe(200)
      // 768 KiB, of at most two reads each.
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(4)
    })

    test('one that no wait makes room for is 413, by its length and midway', async () => {
      const { port } = await start(kind, count, { budget: BUDGET, limits: LIMITS })
      expect((await ask(port, upload(LARGEST))).status).toBe(200)
      for (const octets of [upload(LARGEST + 1), inChunks('POST /', ['x'.repeat(LARGEST), 'x'])]) {
        const { status, body } = await ask(port, octets)
        expect(status).toBe(413)
        expect(JSON.parse(body)).toMatchObject({ code: 'body_too_large', data: { limit: LARGEST } })
      }
      expect((await ask(port, upload(LARGEST))).status).toBe(200) // and nothing was kept of it
    })
  })
}
