/** `hagaki config.ru`: a Rack app served as it is, with the processes that it runs in. */
import { describe, expect, test } from 'vitest'
import { ruby } from '../../scripts/needs.ts'
import { Command, hagaki, Place } from './command.ts'

const APP = `
run ->(env) { [200, { 'content-type' => 'text/plain' }, ["#{ENV['RACK_ENV']} #{env['PATH_INFO']} #{Process.pid}"]] }
`

describe.concurrent('hagaki config.ru', { timeout: 60_000 }, () => {
  test('serves the app that the file runs, in the environment of the server', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'site/config.ru': APP })
    const options = ['--ruby', ruby(), '-E', 'production', '--processes', '2', '--threads', '1']
    const { command, url } = await Command.serve(place, 'site/config.ru', options)
    await command.says(/^hagaki: site\/config\.ru on http:\S+ \(production\)$/m)
    expect(await (await fetch(`${url}/a`)).text()).toMatch(/^production \/a \d+$/)
    command.tell('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  })

  test('a file that changes is served anew in development', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'config.ru': APP })
    const { command, url } = await Command.serve(place, 'config.ru', ['--ruby', ruby()])
    expect(await (await fetch(`${url}/a`)).text()).toMatch(/^development \/a \d+$/)
    place.write('config.ru', APP.replace('#{Process.pid}', 'changed'))
    await command.says(/config\.ru changed, and the new app serves/)
    expect(await (await fetch(`${url}/a`)).text()).toBe('development /a changed')
  })

  test('an app that does not load, and options that are not for it, are refused with what to do', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'config.ru': "\nraise 'no database'\n" })
    const table: [args: string[], refusal: RegExp][] = [
      [['config.ru', '--ruby', ruby()], /RuntimeError: no database \(\S+config\.ru:2\)/],
      [['config.ru:app'], /config\.ru:app: a rackup file has no members\. The file says which app it runs/],
      [['config.ru', '--venv', '.venv'], /--venv goes with Python only, and config\.ru is Ruby/],
      [['app.py', '--ruby', 'ruby'], /--ruby goes with Ruby only, and app\.py is Python/],
    ]
    for (const [args, refusal] of table) {
      const { status, stderr } = await hagaki(place, args)
      expect(stderr).toMatch(refusal)
      expect(status).not.toBe(0)
    }
  })
})
