/** `hagaki -w N`: worker processes, what happens when one is lost, and the rolling restart. Design 8. */
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { Command, hagaki, Place } from './command.ts'

const APP = `
let signalled
process.on('message', ({ order }) => { if (order === 'drain' || order === 'retire') signalled() })
const stopping = new Promise((resolve) => { signalled = resolve })

export default async (method, path, headers, options, server) => {
  if (path === '/exit') process.exit(7)
  if (path === '/throw') setTimeout(() => { throw new Error('nobody catches') })
  if (path === '/held') {
    console.log('held by ' + process.pid)
    await stopping
    return [200, 'text/plain', {}, 'held ' + process.pid]
  }
  if (path === '/hang') {
    console.log('hangs')
    await new Promise(() => {})
  }
  return [200, 'text/plain', {}, process.pid + ' ' + server.workers + ' ' + server.environment]
}
`

/** Asks on a connection of its own. */
async function ask(url: string): Promise<string> {
  return (await fetch(url, { headers: { connection: 'close' } })).text()
}

/** Process ids of the workers that answer, in so many requests. */
async function answering(url: string, requests = 30): Promise<Set<number>> {
  const answers = await Promise.all(Array.from({ length: requests }, () => ask(url)))
  return new Set(answers.map((answer) => Number.parseInt(answer, 10)))
}

/** Resolves when a process is gone. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe.concurrent('hagaki -w', () => {
  test('serves in that many processes behind one port, and says so', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2', '-E', 'production'])
    await command.says(/^hagaki: app\.js on http:\S+ \(production, 2 workers\)$/m)
    expect(await ask(url)).toMatch(/^\d+ 2 production$/)
    const pids = await answering(url)
    expect(pids.size).toBeGreaterThan(0)
    command.signal('SIGTERM')
    const { status, stdout } = await command.ended()
    expect([status, stdout]).toEqual([0, expect.stringMatching(/finishing what is under way/)])
    for (const pid of pids) await gone(pid)
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`at ${signal}, to all of its group, answers what is under way and ends with 0`, async ({
      onTestFinished,
    }) => {
      const place = new Place(onTestFinished, { 'app.js': APP })
      const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
      const held = ask(`${url}/held`)
      await command.says(/held by \d+\n/)
      command.signal(signal)
      expect(await held).toMatch(/^held \d+$/)
      expect((await command.ended()).status).toBe(0)
    })

  test('cuts what is under way at the second signal', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '1'])
    const hanging = expect(ask(`${url}/hang`)).rejects.toThrow()
    await command.says(/hangs\n/)
    const pressing = setInterval(() => command.signal('SIGTERM'), 300)
    onTestFinished(() => clearInterval(pressing))
    await hanging
    await command.ended()
  })

  test('replaces a worker that exits, is killed, or does not catch an exception, and says how it ended', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '1'])
    const first = Number.parseInt(await ask(url), 10)
    await expect(ask(`${url}/exit`)).rejects.toThrow()
    await command.says(
      /A worker is lost; another one starts {"worker":\d+,"how":"exited with status 7","inMs":\d+}/,
    )
    const second = await answered(url)
    process.kill(second, 'SIGKILL')
    await command.says(/"how":"was ended by SIGKILL"/)
    const third = await answered(url)
    await ask(`${url}/throw`)
    await command.says(/An exception was not caught\nError: nobody catches\n/)
    await command.says(/"how":"leaves after an exception"/)
    await gone(third)
    const fourth = await answered(url)
    expect(new Set([first, second, third, fourth]).size).toBe(4)
    command.signal('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  })

  test('loses with a worker that is killed its own calls alone: whoever comes then is answered', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
    const held = ask(`${url}/held`)
    const [, victim] = await command.says(/held by (\d+)\n/)
    const lost = expect(held).rejects.toThrow()
    process.kill(Number(victim), 'SIGKILL')
    const answers = await answering(url, 100)
    await lost
    expect(answers.has(Number(victim))).toBe(false)
    expect(answers.has(Number.NaN)).toBe(false)
  })

  test('ends with 1 when the app does not start, and shows why once', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'broken.js': 'export default () => {\n  const broken = ;\n}\n',
      'throws.js': "export const a = 1\nthrow new Error('the disk is full')\n",
      'exits.js': 'process.exit(3)\n',
    })
    const run = (name: string): ReturnType<typeof hagaki> => hagaki(place, [name, '-w', '3', '-p', '0'])
    const [broken, throws, exits] = await Promise.all([run('broken.js'), run('throws.js'), run('exits.js')])
    expect([broken.status, throws.status, exits.status]).toEqual([1, 1, 1])
    expect(broken.stderr).toMatch(/^hagaki: broken\.js: Unexpected token[^]*broken\.js:2\n/)
    expect(throws.stderr).toMatch(
      /^hagaki: throws\.js: the disk is full\. It has to load[^]*> 2 \| throw new Error/,
    )
    expect(throws.stderr.match(/hagaki: throws/g)).toHaveLength(1)
    expect(exits.stderr).toMatch(/exits\.js: a worker exited with status 3 before it served/)
  })

  test('ends with its supervisor, however that ends', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
    const pids = await answering(url)
    command.tell('SIGKILL')
    for (const pid of pids) await gone(pid)
  })

  test('at SIGHUP renews the workers without losing a request', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
    const before = await answering(url)
    const held = ask(`${url}/held`)
    await command.says(/held by \d+\n/)
    const steady = new Steady(url)
    command.tell('SIGHUP')
    await command.says(/all workers are new\n/)
    const { answers, lost } = await steady.ended()
    expect(lost).toEqual([])
    expect(answers).toBeGreaterThan(50)
    expect(await held).toMatch(/^held \d+$/)
    const after = await answering(url)
    expect([...after].filter((pid) => before.has(pid))).toEqual([])
    command.signal('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  })

  test('nor at one SIGHUP upon another', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2'])
    const before = await answering(url)
    const steady = new Steady(url)
    for (let at = 0; at < 12; at++) {
      command.tell('SIGHUP')
      await answering(url, 10 * at) // now this much later, now that
    }
    await command.says(/all workers are new\n/)
    expect((await steady.ended()).lost).toEqual([])
    const after = await answering(url)
    expect([...after].filter((pid) => before.has(pid))).toEqual([])
    command.signal('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  })

  test('at SIGHUP stays ready, and does not pause: somebody always serves (clause 36)', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, {
      'app.js': `
import { text, use } from 'hagaki'
import { health } from 'hagaki/middleware'
export default use((method, path) => text(path), health())
`,
    })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2', '--limit', 'drainPause=60m'])
    const steady = new Steady(url, '/readyz')
    command.tell('SIGHUP')
    await command.says(/all workers are new\n/)
    expect((await steady.ended()).lost).toEqual([])
    command.signal('SIGKILL')
  })

  test('keeps the workers at SIGHUP when a new one does not start', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': `import './part.js'\n${APP}`, 'part.js': '' })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '1'])
    const before = await answering(url, 3)
    place.write('part.js', "throw new Error('half written')\n")
    command.tell('SIGHUP')
    await command.says(/a new worker did not start: those that serve stay\n/)
    await command.says(/half written/)
    expect(await answering(url, 3)).toEqual(before)
    place.write('part.js', '')
    command.tell('SIGHUP')
    await command.says(/all workers are new\n/)
    const after = await answering(url, 3)
    expect([...after].some((pid) => before.has(pid))).toBe(false)
  })

  /** Asks until somebody answers: there may be no worker for a moment. */
  async function answered(url: string): Promise<number> {
    for (;;) {
      try {
        return Number.parseInt(await ask(url), 10)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
})

/** Clients that never stop asking: some on one connection as long as it lasts, some on a new one each time. */
class Steady {
  answers = 0
  readonly lost: string[] = []
  readonly #clients: Promise<void>[]
  readonly #path: string
  #over = false

  constructor(url: string, path = '/') {
    const { hostname, port } = new URL(url)
    this.#path = path
    const client = async (keeps: boolean): Promise<void> => {
      while (!this.#over) await this.#connection(hostname, Number(port), keeps)
    }
    this.#clients = [true, true, true, true, false, false, false, false].map(client)
  }

  async ended(): Promise<{ readonly answers: number; readonly lost: readonly string[] }> {
    this.#over = true
    await Promise.all(this.#clients)
    return this
  }

  /** Asks on one connection until it, or the test, is over. */
  #connection(host: string, port: number, keeps: boolean): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, host)
      let count = 0
      let waits = false
      let text = ''
      const ask = (): void => {
        waits = true
        text = ''
        const last = keeps ? '' : 'Connection: close\r\n'
        socket.write(`GET ${this.#path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${last}\r\n`)
      }
      socket.setEncoding('latin1')
      socket.on('connect', ask)
      socket.on('data', (more: string) => {
        text += more
        const [, head = '', body = ''] = /^([^]*?\r\n)\r\n([^]*)$/.exec(text) ?? []
        const [, length] = /content-length: (\d+)\r\n/i.exec(head) ?? []
        if (length === undefined || body.length < Number(length)) return
        waits = false
        count++
        this.answers++
        if (!head.startsWith('HTTP/1.1 200 ')) this.lost.push(head)
        if (!keeps || this.#over || /connection: close/i.test(head)) socket.end()
        else ask()
      })
      socket.on('error', (error) => {
        if (waits && count === 0) this.lost.push(`a new connection: ${error.message}`)
      })
      socket.on('close', () => {
        // A kept connection may end in the very moment in which it is used again: then one asks on a
        // new one, as RFC 9112 9.3.1 expects of clients.
        if (waits && count === 0) this.lost.push('a new connection was closed unanswered')
        if (waits && text !== '') this.lost.push(`an answer was cut short: ${text}`)
        resolve()
      })
    })
  }
}
