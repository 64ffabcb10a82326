/** `hagaki --watch`: a change starts the app anew, on the same port, and one that does not start leaves the other serving. */
import { describe, expect, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Command, Place } from './command.ts'

// Looked for before those who ask all the time: they stand still meanwhile, and are taken for gone.
python()

const app = (says: string): string =>
  `export default (method) => [200, 'text/plain', {}, ${JSON.stringify(says)}]\n`

async function ask(url: string): Promise<string> {
  return (await fetch(url, { headers: { connection: 'close' } })).text()
}

describe.concurrent('hagaki --watch', () => {
  test('starts anew when a file of the app changes, and keeps the port', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'app.ts':
        "import { say } from './deep/part.ts'\nexport default (method: string) => [200, 'text/plain', {}, say]\n",
      'deep/part.ts': "export const say: string = 'one'\n",
    })
    const { command, url } = await Command.serve(place, 'app.ts', ['--watch'])
    expect(await ask(url)).toBe('one')
    place.write('deep/part.ts', "export const say: string = 'two'\n")
    await command.says(/hagaki: deep\/part\.ts changed, and the new app serves\n/)
    expect(await ask(url)).toBe('two')
    place.write('deep/part.ts', "export const say: string = 'three'\n")
    await command.says(/changed, and the new app serves\n/, 2)
    expect(await ask(url)).toBe('three')
    command.signal('SIGINT')
    expect((await command.ended()).status).toBe(0)
  })

  for (const name of ['app.js', 'app.ts'])
    test(`shows file and line of a syntax error while the app before serves, and tries again: ${name}`, async ({
      onTestFinished,
    }) => {
      const place = new Place(onTestFinished, { [name]: app('one') })
      const { command, url } = await Command.serve(place, name, ['--watch'])
      place.write(name, `const a = 1\nconst broken = ;\n${app('two')}`)
      await command.says(/it did not start; the one before goes on serving; waiting for a change\n/)
      await command.says(new RegExp(`${name}:2`))
      expect(await ask(url)).toBe('one')
      place.write(name, app('three'))
      await command.says(new RegExp(`${name} changed, and the new app serves\\n`))
      expect(await ask(url)).toBe('three')
    })

  test('waits for a change when the app does not start at all', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': "throw new Error('not yet')\n" })
    const command = Command.start(place, ['app.js', '--watch', '-p', '0'])
    await command.says(/not yet/)
    await command.says(/it did not start; nothing is served; waiting for a change\n/)
    place.write('app.js', app('now'))
    const [, url] = await command.says(/app\.js on (http:\S+) \(development, watching /)
    expect(await ask(url!)).toBe('now')
    command.signal('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  })

  test('an app in Python beside it is loaded once for each change', async ({ onTestFinished }) => {
    const app = (says: string): string =>
      [
        'print("loaded")',
        'def app(environ, start_response):',
        '    start_response("200 OK", [("content-type", "text/plain")])',
        `    return [b"${says}"]`,
      ].join('\n')
    const place = new Place(onTestFinished, {
      'old.py': app('one'),
      'app.ts': "import { wsgi } from 'hagaki/wsgi'\nexport default wsgi('old:app')\n",
    })
    const { command, url } = await Command.serve(place, 'app.ts', ['--watch'])
    for (const [at, says] of ['two', 'three'].entries()) {
      place.write('old.py', app(says))
      await command.says(/hagaki: old\.py changed, and the new app serves\n/, at + 1)
      expect(await ask(url)).toBe(says)
    }
    command.signal('SIGINT')
    const { stdout, stderr } = await command.ended()
    expect((stdout + stderr).match(/ loaded /g)).toHaveLength(3)
  })

  test('answers every request while it starts anew', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': app('0') })
    const { command, url } = await Command.serve(place, 'app.js', ['--watch'])
    const answers = new Set<string>()
    let over = false
    const asking = (async () => {
      while (!over) answers.add(await ask(url))
    })()
    for (const at of [1, 2]) {
      place.write('app.js', app(String(at)))
      await command.says(/changed, and the new app serves\n/, at)
    }
    over = true
    await asking
    expect([...answers].sort()).toEqual(expect.arrayContaining(['0', '1']))
  })

  test('starts a crashed app anew, on the same port', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'app.js':
        "export default (method, path) => {\n  if (path === '/exit') process.exit(1)\n  return [200, null, {}, 'fine']\n}\n",
    })
    const { command, url } = await Command.serve(place, 'app.js', ['--watch'])
    await expect(ask(`${url}/exit`)).rejects.toThrow()
    await command.says(/"how":"exited with status 1"/)
    let answer = ''
    while (answer === '') answer = await ask(url).catch(() => '')
    expect(answer).toBe('fine')
  })
})
