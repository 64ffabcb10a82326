/** How `hagaki` stops: by signals, and by what an app does not catch. Design 8: no request that was accepted is dropped. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Command, Place } from './command.ts'

// `/held` is answered when a signal has come: the app hears it as well.
const APP = `
let signalled
const signal = new Promise((resolve) => { signalled = resolve })
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => signalled())
setInterval(() => {}, 1_000) // what an app may forget: no reason to stay

export default async (method, path, headers, options) => {
  if (path === '/held') {
    console.log('held')
    await signal
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  if (path === '/hang') {
    console.log('hangs')
    await new Promise(() => {})
  }
  if (path === '/reject') void Promise.reject(new Error('nobody looks'))
  if (path === '/throw') setTimeout(() => { throw new Error('nobody catches') })
  return [200, 'text/plain', {}, 'fine']
}
`

describe.concurrent('hagaki', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`answers what is under way at ${signal}, takes nothing new, and ends with 0`, async ({
      onTestFinished,
    }) => {
      const { command, url } = await Command.serve(new Place(onTestFinished, { 'app.js': APP }), 'app.js')
      const held = fetch(`${url}/held`)
      await command.says(/held\n/)
      command.signal(signal)
      await command.says(/finishing what is under way; once more stops at once\n/)
      while ((await fetch(`${url}/new`).catch(() => null)) !== null); // who came before it heard the signal
      expect(await (await held).text()).toBe('fine')
      expect((await command.ended()).status).toBe(0)
    })
  }

  test('takes one Ctrl-C that npm passes on for one, and cuts what is under way at the next', async ({
    onTestFinished,
  }) => {
    const { command, url } = await Command.serve(new Place(onTestFinished, { 'app.js': APP }), 'app.js')
    const [held, hanging] = [fetch(`${url}/held`), fetch(`${url}/hang`)]
    hanging.catch(() => {})
    await command.says(/held\n/)
    await command.says(/hangs\n/)
    command.signal('SIGINT')
    command.signal('SIGINT')
    expect(await (await held).text()).toBe('fine') // 300 ms later: what comes now is another one
    command.signal('SIGINT')
    await expect(hanging).rejects.toThrow()
    expect((await command.ended()).status).toBe(0)
  })

  test('ends at the third Ctrl-C, whatever still hangs, with 1', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'app.js': `
import { life, living, text } from 'hagaki'
setInterval(() => {}, 1_000) // something goes on, and never ends
export default living((method) => text(method), [], life(() => {}, () => new Promise(() => {})))
`,
    })
    const { command } = await Command.serve(place, 'app.js')
    const pressing = setInterval(() => command.signal('SIGINT'), 300)
    onTestFinished(() => clearInterval(pressing))
    expect((await command.ended()).status).toBe(1)
  })

  test('goes on after a promise that an app dropped', async ({ onTestFinished }) => {
    const { command, url } = await Command.serve(new Place(onTestFinished, { 'app.js': APP }), 'app.js')
    expect((await fetch(`${url}/reject`)).status).toBe(200)
    await command.says(/A promise was rejected and nobody looked\nError: nobody looks\n.*app\.js:/)
    expect((await fetch(`${url}/after`)).status).toBe(200)
    command.signal('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  })

  test('after an exception that nobody caught answers what is under way, and ends with 1', async ({
    onTestFinished,
  }) => {
    const { command, url } = await Command.serve(
      new Place(onTestFinished, { 'app.js': APP.replace('await signal', "await fetch(headers['x-throw'])") }),
      'app.js',
    )
    const held = fetch(`${url}/held`, { headers: { 'x-throw': `${url}/throw` } })
    expect(await (await held).text()).toBe('fine')
    const { status, stderr } = await command.ended()
    expect(status).toBe(1)
    expect(stderr).toMatch(/An exception was not caught\nError: nobody catches\n/)
  })

  test('at Ctrl-C, which reaches its Python workers too, lets the calls in them end, and leaves none behind', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, {
      'app.js': `
import { wsgi } from 'hagaki/wsgi'
export default wsgi('wsgi_held:app', { python: ${JSON.stringify(python())} })
`,
    })
    copyFileSync(
      fileURLToPath(new URL('./wsgi_held.py', import.meta.url)),
      join(place.folder, 'wsgi_held.py'),
    )
    const { command, url } = await Command.serve(place, 'app.js')
    const held = fetch(`${url}/held`)
    const [, pid] = await command.says(/ info held by (\d+) \{/)
    command.signal('SIGINT')
    await command.says(/finishing what is under way/)
    const released = await held
    expect([released.status, await released.text()]).toEqual([200, 'fine'])
    expect((await command.ended()).status).toBe(0)
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
  })
})
