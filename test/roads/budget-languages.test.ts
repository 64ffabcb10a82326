/**
 * The memory budget before apps in other languages: what their gateway reads for them is charged to its own, and what they
 * read themselves stays with its client until one of their threads asks for it. `docs/engines.md`, Memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, remote, silentLog } from 'hagaki'
import { python as pythonHandlers } from 'hagaki/python'
import { rack } from 'hagaki/rack'
import { ruby as rubyHandlers } from 'hagaki/ruby'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { work } from 'hagaki/work'
import { wsgi } from 'hagaki/wsgi'
import { expect, onTestFinished, test } from 'vitest'
import { python, ruby } from '../../scripts/needs.ts'

const MIB = 1024 * 1024
/** Half of it is for bodies: four of 1 MiB. */
const BUDGET = 8 * MIB
const LARGE = { held: 4, busy: 8 }
const LIMITS = { budgetTimeoutMs: 250 }

const SOURCES = {
  'notes.py': `
import time
from pathlib import Path
from hagaki.handlers import acts, service

TEXT = {'type': 'object', 'properties': {'text': {'type': 'string'}}, 'required': ['text']}

@acts('/hold', accepts=TEXT, returns={'type': 'integer'}, limit='2mb')
def hold(given):
    while not Path('open').exists():
        time.sleep(0.01)
    return len(given['text'])

service = service({'hold': hold})
`,
  'notes.rb': `
require 'hagaki_handlers'

class Notes < Hagaki::Service
  TEXT = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }

  acts '/hold', accepts: TEXT, returns: { type: 'integer' }, limit: '2mb'
  def hold(given)
    sleep 0.01 until File.exist?('open')
    given['text'].bytesize
  end
end
`,
  'shop.py': `
import time
from pathlib import Path

def app(environ, start_response):
    while not Path('open').exists():
        time.sleep(0.01)
    start_response('200 OK', [])
    return [str(len(environ['wsgi.input'].read())).encode()]
`,
  'shop.ru': `
run ->(env) {
  sleep 0.01 until File.exist?('open')
  [200, {}, [env['rack.input'].read.bytesize.to_s]]
}
`,
}

const HANDLERS: Readonly<Record<string, (cwd: string) => ReturnType<typeof pythonHandlers>>> = {
  Python: (cwd) => pythonHandlers('notes', { cwd, python: python(), threads: 4 }),
  Ruby: (cwd) => rubyHandlers('notes.rb', { cwd, ruby: ruby(), threads: 4 }),
}

const APPS: Readonly<Record<string, (cwd: string) => App>> = {
  WSGI: (cwd) => wsgi('shop:app', { cwd, python: python(), threads: 2 }),
  Rack: (cwd) => rack('shop.ru', { cwd, ruby: ruby(), threads: 2 }),
}

for (const [name, handlers] of Object.entries(HANDLERS)) {
  test(`handlers in ${name}: as many bodies are held as their gateway has room for, by paths and by names`, async () => {
    const data = { text: 'x'.repeat(MIB - 100) }
    const served = await serving((cwd) => remote(handlers(cwd)))
    const post = async (): Promise<number> => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(`${served.url}/hold`, { method: 'POST', headers, body: JSON.stringify(data) }))
        .status
    }
    expect(await told(post, served.open, LARGE)).toEqual({ 200: 4, 503: 8 })

    const { folder, open } = place()
    const listen = `unix:${join(folder, 'notes.sock')}`
    const options = { listen, budget: BUDGET, limits: LIMITS, log: silentLog }
    const working = await work(remote(handlers(folder)), options)
    onTestFinished(() => working.close({ now: true }))
    const far = socket(listen)
    onTestFinished(() => far.close())
    const named = (): Promise<number> =>
      far.invoke('hold', data).then(
        () => 200,
        (error: { detail: { status: number } }) => error.detail.status,
      )
    expect(await told(named, open, LARGE)).toEqual({ 200: 4, 503: 8 })
  })
}

for (const [name, app] of Object.entries(APPS)) {
  test(`${name}: small bodies, which come to a process before they are asked for, are charged until they are answered`, async () => {
    const { url, open } = await serving(app)
    const body = new Uint8Array(60 * 1024)
    const post = async (): Promise<number> => (await fetch(url, { method: 'POST', body })).status
    // Five in eight of the budget, as where a worker holds them.
    expect(await told(post, open, { held: 85, busy: 35 })).toEqual({ 200: 85, 503: 35 })
  })

  test(`${name}: large bodies wait with their clients for a thread, and take nothing of the budget`, async () => {
    const { url, open } = await serving(app)
    open()
    const body = new Uint8Array(BUDGET)
    const post = async (): Promise<string> => (await fetch(url, { method: 'POST', body })).text()
    expect(await Promise.all(Array.from({ length: 8 }, post))).toEqual(Array(8).fill(String(BUDGET)))
  })
}

/** Asks as often as both together, lets go of what is held once so many were turned away, and tells what was answered. */
async function told(
  ask: () => Promise<number>,
  open: () => void,
  { held, busy }: { readonly held: number; readonly busy: number },
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  const asked = Array.from({ length: held + busy }, async () => {
    const status = await ask()
    counts[status] = (counts[status] ?? 0) + 1
    if (status === 503 && counts[status] === busy) open()
  })
  await Promise.all(asked)
  return counts
}

/** A folder with the apps, and what lets go of all that they hold. */
function place(): { readonly folder: string; readonly open: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-budget-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(folder, name), text)
  return { folder, open: () => writeFileSync(join(folder, 'open'), '') }
}

async function serving(
  make: (folder: string) => App,
): Promise<{ readonly url: string; readonly open: () => void }> {
  const { folder, open } = place()
  const running = await serve(make(folder), { port: 0, budget: BUDGET, limits: LIMITS, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  return { url: running.url, open }
}
