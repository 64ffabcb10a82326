/** `hagaki config.ru`: a Rack app served as it is, with the processes that it runs in. */
import { describe, expect, test } from 'vitest'
import { ruby } from '../../scripts/needs.ts'
import { Command, hagaki, Place } from './command.ts'

const APP = `
run ->(env) { [200, { 'content-type' => 'text/plain' }, ["#{ENV['RACK_ENV']} #{env['PATH_INFO']} #{Process.pid}"]] }
`

describe.concurrent('hagaki config.ru', () => {
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

const NOTES = `
require 'hagaki_handlers'

class Notes < Hagaki::Service
  ID = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }

  reads '/notes/{id}', accepts: ID, returns: ID
  def read(which)
    which
  end
end
`

test.concurrent('a service of handlers is served as well, replaced when it changes, and says what it offers', async ({
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, {
    'notes.rb': NOTES,
    'faulty.rb': NOTES.replace('type:', 'tpye:'),
    'none.rb': 'x = 1',
  })
  const { command, url } = await Command.serve(place, 'notes.rb:Notes', ['--ruby', ruby()])
  expect(await (await fetch(`${url}/notes/7`)).json()).toEqual({ id: 7 })
  expect((await fetch(`${url}/notes/x`)).status).toBe(422)
  place.write('notes.rb', NOTES.replace('/notes/', '/papers/'))
  await command.says(/notes\.rb changed, and the new app serves/)
  expect(await (await fetch(`${url}/papers/7`)).json()).toEqual({ id: 7 })
  command.tell('SIGTERM')
  expect((await command.ended()).status).toBe(0)
  const routes = await hagaki(place, ['routes', 'notes.rb'])
  expect([routes.status, routes.stdout], routes.stderr).toEqual([
    0,
    expect.stringContaining('/papers/{id}  read'),
  ])
  const table: [module: string, refusal: string][] = [
    ['faulty.rb', '/tpye is a keyword that is not known'],
    ['none.rb', 'none.rb has no service. Write class Notes < Hagaki::Service there'],
    ['notes.rb:notes', 'it names no service. Write "file.rb:Service"'],
  ]
  for (const [module, refusal] of table) {
    const refused = await hagaki(place, ['try', module, '/', '--ruby', ruby()])
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(refusal)])
  }
})
