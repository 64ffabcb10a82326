/** `hagaki MODULE`: where it listens, in which environment, and what the module may export. */
import { existsSync } from 'node:fs'
import { request as askHttp } from 'node:http'
import { request as askTls } from 'node:https'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CERTIFICATE, KEY } from './certificates.ts'
import { Command, hagaki, Place } from './command.ts'

const APP = `
export default async (method, path, headers, options, server) => {
  if (path === '/throw') throw new Error('the disk is full')
  if (path === '/wrong') return [200, null, { Name: 'v' }, 'x']
  if (path === '/body') return [200, null, {}, String((await options.input.bytes()).length)]
  return [200, 'text/plain', {}, [options.protocol, server.environment, process.env.NODE_ENV === server.environment ? server.workers : 'NODE_ENV'].join(' ')]
}
`

/** The body of an answer to GET. */
function ask(options: { readonly socketPath?: string; readonly url?: string }, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    const how = {
      path,
      agent: false,
      ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
    }
    const url = options.url ?? 'http://localhost/'
    const asking = url.startsWith('https:') ? askTls(url, { ...how, ca: CERTIFICATE }) : askHttp(url, how)
    asking.on('error', reject).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more
      })
      response.on('end', () => resolve(text))
    })
    asking.end()
  })
}

describe.concurrent('hagaki', () => {
  test('in development logs requests, shows errors and holds the app to the contract', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js')
    await command.says(/^hagaki: app\.js on http:\S+ \(development\)$/m)
    expect(await (await fetch(url)).text()).toBe('http development 1')
    await command.says(/GET \/ 200/)
    const thrown = await fetch(`${url}/throw`)
    expect([thrown.status, await thrown.text()]).toEqual([500, expect.stringContaining('the disk is full')])
    const wrong = await fetch(`${url}/wrong`)
    expect([wrong.status, await wrong.text()]).toEqual([500, expect.stringContaining('contract_broken')])
  })

  test('in development leaves to the log of an app what that logs itself', async ({ onTestFinished }) => {
    const own = `
import { mount, text, use } from 'hagaki'
import { log } from 'hagaki/middleware'
export default mount({ '/own': use(() => text('a'), log({ to: 'text' })), '/': () => text('b') })
`
    const { command, url } = await Command.serve(new Place(onTestFinished, { 'own.js': own }), 'own.js')
    for (const path of ['/own/a', '/b']) await (await fetch(url + path)).text()
    await command.says(/GET \/b 200/)
    command.signal('SIGTERM')
    const { stdout } = await command.ended()
    for (const path of ['/own/a', '/b']) expect(stdout.split(`GET ${path} 200`), path).toHaveLength(2)
  })

  test('in production does none of these', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-E', 'production'])
    await command.says(/^hagaki: app\.js on http:\S+ \(production\)$/m)
    expect(await (await fetch(url)).text()).toBe('http production 1')
    const thrown = await fetch(`${url}/throw`)
    expect([thrown.status, await thrown.text()]).toEqual([
      500,
      expect.not.stringContaining('the disk is full'),
    ])
    command.signal('SIGTERM')
    expect((await command.ended()).stdout).not.toContain('GET /')
  })

  test('serves what a factory makes, and shows what it throws', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'made.ts': `
import { type App, app, text } from 'hagaki'
let count = 0
export default async (): Promise<App> => {
  await new Promise((resolve) => setTimeout(resolve, 10))
  count++
  return app(() => text('made ' + count))
}
`,
      'fails.js': "export default async () => {\n  throw new Error('no database')\n}\n",
      'nothing.js': 'export default () => {}\n',
      'never.js': 'export default () => new Promise(() => {})\n',
      'bare.js': "export default () => [200, null, {}, 'bare']\n",
      'object.js': 'export default { routes: [] }\n',
    })
    const [made, bare, fails, nothing, never, object] = await Promise.all([
      Command.serve(place, 'made.ts'),
      Command.serve(place, 'bare.js'),
      hagaki(place, ['fails.js', '-p', '0']),
      hagaki(place, ['nothing.js', '-p', '0']),
      hagaki(place, ['never.js', '-p', '0']),
      hagaki(place, ['object.js', '-p', '0']),
    ])
    expect([await (await fetch(made.url)).text(), await (await fetch(made.url)).text()]).toEqual([
      'made 1',
      'made 1',
    ])
    expect(await (await fetch(bare.url)).text()).toBe('bare')
    expect([fails.status, nothing.status, never.status, object.status]).toEqual([1, 1, 1, 1])
    expect(never.stderr).toBe('hagaki: the app waits for what can never come: nothing is left that runs\n')
    expect(fails.stderr).toMatch(
      /^hagaki: fails\.js: its factory failed: no database[^]*> 2 \|   throw new Error/,
    )
    expect(nothing.stderr).toMatch(
      /^hagaki: nothing\.js: its default export takes no request, and made no app\. Return/,
    )
    expect(object.stderr).toMatch(
      /^hagaki: object\.js: its default export is an object, and no app\. Write: export default app\(/,
    )
  })

  for (const workers of [[], ['-w', '2']]) {
    const how = workers.length === 0 ? 'in its own process' : 'by workers'

    test(`listens on a unix socket, ${how}, also where a dead server left one`, async ({
      onTestFinished,
    }) => {
      const place = new Place(onTestFinished, { 'app.js': APP })
      const socketPath = join(place.folder, 'app.sock')
      const start = async (): Promise<Command> => {
        const command = Command.start(place, ['app.js', '--unix', 'app.sock', ...workers])
        await command.says(/app\.js on unix:\S+app\.sock \(/)
        return command
      }
      const killed = await start()
      expect(await ask({ socketPath })).toMatch(/^http development \d$/)
      const taken = await hagaki(place, ['app.js', '--unix', 'app.sock', ...workers])
      expect([taken.status, taken.stderr]).toEqual([
        1,
        expect.stringMatching(/another program listens there/),
      ])
      killed.signal('SIGKILL')
      await killed.ended()
      expect(existsSync(socketPath)).toBe(true)
      const command = await start()
      expect(await ask({ socketPath })).toMatch(/^http /)
      command.signal('SIGTERM')
      expect((await command.ended()).status).toBe(0)
      expect(existsSync(socketPath)).toBe(false)
    })

    test(`speaks TLS, ${how}`, async ({ onTestFinished }) => {
      const place = new Place(onTestFinished, { 'app.js': APP, 'c.pem': CERTIFICATE, 'k.pem': KEY })
      const { command, url } = await Command.serve(place, 'app.js', [
        '--tls-cert',
        'c.pem',
        '--tls-key',
        'k.pem',
        ...workers,
      ])
      expect(url).toMatch(/^https:/)
      expect(await ask({ url })).toMatch(/^https development \d$/)
      command.signal('SIGTERM')
      expect((await command.ended()).status).toBe(0)
    })

    test(`listens on IPv6, and takes limits, ${how}`, async ({ onTestFinished }) => {
      const place = new Place(onTestFinished, { 'app.js': APP })
      const { url } = await Command.serve(place, 'app.js', [
        '--host',
        '::1',
        '--limit',
        'body=3b',
        ...workers,
      ])
      expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/)
      const statuses = await Promise.all(
        ['abc', 'abcd'].map(async (body) => (await fetch(`${url}/body`, { method: 'POST', body })).status),
      )
      expect(statuses).toEqual([200, 413])
    })
  }

  test('removes nothing but a dead socket where it is to listen', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP, 'precious.txt': 'words' })
    const long = 'x'.repeat(120)
    const [file, tooLong] = await Promise.all(
      ['precious.txt', long].map((path) => hagaki(place, ['app.js', '--unix', path, '-w', '1'])),
    )
    expect([file!.status, file!.stderr]).toEqual([
      1,
      expect.stringMatching(/precious\.txt: .*it is no socket/),
    ])
    expect(existsSync(join(place.folder, 'precious.txt'))).toBe(true)
    expect([tooLong!.status, tooLong!.stderr]).toEqual([1, expect.stringMatching(/too long/)])
  })

  test('is ended by the terminal that closes', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command } = await Command.serve(place, 'app.js')
    command.signal('SIGHUP')
    expect((await command.ended()).status).toBe(0)
  })
})
