/** Topics across the processes of one server: who hears whom, in which order, and what a lost or stuck one costs. */
import { describe, expect, test } from 'vitest'
import { Command, Place } from '../cli/command.ts'
import { APP, block, say, Watching, watchers } from './crew.ts'

/** Numbers of one publisher's items, as they came. */
const countsBy = (items: readonly { readonly by: number; readonly at: number }[], pid: number): number[] =>
  items.filter(({ by }) => by === pid).map(({ at }) => at)

describe('topics across workers', () => {
  test('what one worker publishes comes to who watches any, once and in the order of its publisher', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '3'])
    const watching = await watchers(url, 3)
    const pids = watching.map(({ pid }) => pid)
    await Promise.all(pids.map((pid) => say(url, 'hi', 20, pid)))
    const seen = await Promise.all(watching.map((one) => one.take(60)))
    const upTo20 = Array.from({ length: 20 }, (_, at) => at + 1)
    for (const items of seen) for (const pid of pids) expect(countsBy(items, pid)).toEqual(upTo20)
    command.signal('SIGTERM')
    const ends = await Promise.all(watching.map((one) => one.rest()))
    expect(ends).toEqual(watching.map(() => ({ items: [], code: 'draining' })))
    expect((await command.ended()).status).toBe(0)
  })

  test('a worker that is killed takes nobody else along, and the next one hears and is heard', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
    const [lost, stays] = (await watchers(url, 2)) as [Watching, Watching]
    process.kill(lost.pid, 'SIGKILL')
    await expect(lost.next()).rejects.toThrow()
    await command.says(/A worker is lost; another one starts/)
    await say(url, 'alone', 1, stays.pid)
    expect((await stays.next()).text).toBe('alone')
    const renewed = await watchers(url, 2)
    const next = renewed.find(({ pid }) => pid !== stays.pid)!
    await say(url, 'from the new one', 1, next.pid)
    expect(await stays.next()).toMatchObject({ text: 'from the new one', by: next.pid })
    expect((await next.next()).text).toBe('from the new one')
    await say(url, 'to the new one', 1, stays.pid)
    expect(await next.next()).toMatchObject({ text: 'to the new one', by: stays.pid })
  })

  test('a worker that is stuck holds nobody up, and learns that it missed items', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
    const [stuck, free] = (await watchers(url, 2)) as [Watching, Watching]
    await block(url, stuck.pid)
    await command.says(/blocked\n/)
    // 18 MB, which count twice, and 16 of which may wait for the stuck one.
    for (let round = 0; round < 30; round++) {
      await say(url, 'x'.repeat(60_000), 10, free.pid)
      expect((await free.take(10)).map(({ by }) => by)).toEqual(Array.from({ length: 10 }, () => free.pid))
    }
    await command.says(/warn A worker takes no items of topics: it misses some {"worker":\d+}/)
    place.write('go', '')
    const { items, code } = await stuck.rest()
    expect(code).toBe('items_missed')
    expect(items.map(({ at }) => at)).toEqual(items.map((_, at) => at + 1))
    const again = (await watchers(url, 2)).find(({ pid }) => pid === stuck.pid)!
    await say(url, 'still there', 1, free.pid)
    expect((await again.next()).text).toBe('still there')
  })

  test('who reads slowly is told of what it missed, and nobody waits for it', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { url } = await Command.serve(place, 'app.js', ['-w', '1'])
    const [slow, quick] = [await Watching.open(url), await Watching.open(url)]
    for (let round = 0; round < 30; round++) {
      await say(url, 'x'.repeat(60_000), 10)
      await quick.take(10)
    }
    const { items, code } = await slow.rest()
    expect(code).toBe('items_missed')
    expect(items.map(({ at }) => at)).toEqual(items.map((_, at) => at + 1))
    expect(items.length).toBeLessThan(1_000)
  })

  test('the first process of serveWorkers publishes and hears as well', async ({ onTestFinished }) => {
    const program = `
      import { serveWorkers } from 'hagaki/server'
      import { topic } from 'hagaki/topic'
      const said = topic('said')
      const heard = said.subscribe()
      const { url } = await serveWorkers('app.js', { workers: 2, port: 0 })
      console.log('on ' + url)
      process.on('SIGUSR2', () => said.publish({ by: 0, at: 1, text: 'from the first' }))
      for await (const { text } of heard) console.log('heard: ' + text)
    `
    const place = new Place(onTestFinished, { 'app.js': APP, 'program.js': program })
    const command = Command.program(place, ['program.js'])
    const [, url] = await command.says(/on (http:\S+)\n/)
    const watching = await watchers(url!, 2)
    command.tell('SIGUSR2')
    for (const one of watching) expect((await one.next()).text).toBe('from the first')
    await say(url!, 'from a worker')
    await command.says(/heard: from the first\nheard: from a worker\n/)
  })

  test('in a thread of isolate they are refused, and the log says what to do', async ({ onTestFinished }) => {
    const gateway = `
      import { isolate } from 'hagaki/isolate'
      export default isolate('app.js')
    `
    const place = new Place(onTestFinished, { 'app.js': APP, 'gateway.js': gateway })
    const { command, url } = await Command.serve(place, 'gateway.js')
    expect((await fetch(`${url}/watch`)).status).toBe(500)
    await command.says(
      /topic\("said"\): a thread \(isolate\(app\.js\)\) is not joined to other processes\. Use it/,
    )
  })
})
