/** The command serves an app in Python as it does one in TypeScript. */
import { test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { WAIT_MS } from '../wait.ts'
import { Command, hagaki, Place } from './command.ts'

const APP = `
import os

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{__name__} {os.getpid()} {environ['wsgi.multithread']} {environ['PATH_INFO']}\\n".encode()]

other = app
`
/** Each call is answered when two processes have one. */
const MEETING = `
import os, time

def app(environ, start_response):
    open(f"{os.getpid()}.here", "w").close()
    while sum(name.endswith(".here") for name in os.listdir()) < 2:
        time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{__name__} {os.getpid()} {environ['wsgi.multithread']}".encode()]
`
const PYTHON = ['--python', python()]

test.concurrent('app.py is served, by its one app or by the one behind a colon', async ({
  expect,
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, { 'app.py': APP, 'shop/__init__.py': '', 'shop/wsgi.py': APP })
  const table: [module: string, said: RegExp][] = [
    ['app.py', /^app [0-9]+ True \/a\n$/],
    ['app.py:other', /^app [0-9]+ True \/a\n$/],
    // In a package it is imported by its whole name, from the folder that holds the package.
    ['shop/wsgi.py:app', /^shop\.wsgi [0-9]+ True \/a\n$/],
  ]
  for (const [module, said] of table) {
    const ended = await hagaki(place, ['try', module, '/a', ...PYTHON])
    expect([ended.status, ended.stdout], module + ended.stderr).toEqual([0, expect.stringMatching(said)])
  }
})

test.concurrent('it has the processes that are asked for, and its app is replaced when it changes', async ({
  expect,
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, { 'app.py': MEETING })
  const options = [...PYTHON, '--processes', '2', '--threads', '1', '--max-requests', '1000']
  const { command, url } = await Command.serve(place, 'app.py:app', options)
  const answers = await Promise.all([1, 2].map(async () => (await fetch(url)).text()))
  const pids = new Set(answers.map((answer) => answer.split(' ')[1]))
  expect(pids.size).toBe(2)
  expect(answers[0]).toMatch(/ False$/)
  place.write('app.py', APP.replace('{__name__}', 'new'))
  await command.says(/app\.py changed, and the new app serves/)
  expect(await (await fetch(url)).text()).toMatch(/^new /)
  command.tell('SIGTERM')
  expect((await command.ended()).status).toBe(0)
})

test.concurrent('it is served by workers as well, each with processes of its own', async ({
  expect,
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, { 'app.py': APP })
  const options = [...PYTHON, '-w', '2', '-E', 'production']
  const { command, url } = await Command.serve(place, 'app.py:other', options)
  expect(await (await fetch(`${url}/b`)).text()).toMatch(/^app [0-9]+ True \/b\n$/)
  command.tell('SIGTERM')
  expect((await command.ended()).status).toBe(0)
})

test.concurrent('what is wrong is said, with what to do', async ({ expect, onTestFinished }) => {
  const place = new Place(onTestFinished, {
    'app.py': APP,
    'my-app.py': APP,
    'none.py': 'x = 1\n',
  })
  const table: [args: string[], status: number, stderr: string][] = [
    [['app:app'], 1, 'hagaki: app:app: it is no file. Name the file: app.py:app\n'],
    [['nowhere.py'], 1, 'nowhere.py: there is no file'],
    [
      ['my-app.py', ...PYTHON],
      1,
      'hagaki: my-app.py: "my-app" is no name that Python can import. Use letters, digits and underscores: app.py, my_app.py\n',
    ],
    [
      ['none.py', ...PYTHON],
      1,
      "hagaki: python('none'): none has no attribute 'app'. It has nothing that can be called\n",
    ],
    [['app.py', '--venv', '.venv'], 1, 'there is no virtual environment in '],
  ]
  for (const [args, status, stderr] of table) {
    const ended = await hagaki(place, [...args, '-p', '0'])
    expect([ended.status, ended.stderr], args.join(' ')).toEqual([status, expect.stringContaining(stderr)])
  }
})

const NOTES = `
from hagaki.handlers import reads, service

ID = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}

@reads("/notes/{id}", accepts=ID, returns=ID)
def read(which):
    return which

service = service({"read": read})
`

test.concurrent('a service of handlers is served as well, replaced when it changes, and says what it offers', async ({
  expect,
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, {
    'notes.py': NOTES,
    'faulty.py': NOTES.replace('"type"', '"tpye"'),
  })
  const { command, url } = await Command.serve(place, 'notes.py:service', PYTHON)
  expect(await (await fetch(`${url}/notes/7`)).json()).toEqual({ id: 7 })
  expect((await fetch(`${url}/notes/x`)).status).toBe(422)
  place.write('notes.py', NOTES.replace('/notes/', '/papers/'))
  await command.says(/notes\.py changed, and the new app serves/)
  expect(await (await fetch(`${url}/papers/7`)).json()).toEqual({ id: 7 })
  expect((await fetch(`${url}/notes/7`)).status).toBe(404)
  place.write('notes.py', NOTES.replace('"type"', '"tpye"'))
  await command.says(
    /notes\.py changed, and the new app does not load: .*\/tpye is a keyword that is not known/,
  )
  expect((await fetch(`${url}/papers/7`)).status).toBe(500)
  place.write('notes.py', NOTES.replace('/notes/', '/papers/'))
  await expect.poll(async () => (await fetch(`${url}/papers/7`)).status, { timeout: WAIT_MS }).toBe(200)
  command.tell('SIGTERM')
  expect((await command.ended()).status).toBe(0)
  const routes = await hagaki(place, ['routes', 'notes.py'])
  expect([routes.status, routes.stdout], routes.stderr).toEqual([
    0,
    expect.stringContaining('/papers/{id}  read'),
  ])
  const faulty = await hagaki(place, ['try', 'faulty.py', '/notes/1', ...PYTHON])
  expect([faulty.status, faulty.stderr]).toEqual([
    1,
    expect.stringContaining('/tpye is a keyword that is not known'),
  ])
})
