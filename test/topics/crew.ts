/**
 * A server of several workers that watch and publish, and who asks a certain one of them.
 *
 * @module
 */

/** Items are what somebody says; each answer names its process. */
export const APP = `
import { existsSync } from 'node:fs'
import { reply, service, verbs } from 'hagaki'
import * as stream from 'hagaki/stream'
import { topic } from 'hagaki/topic'
import { z } from 'zod'

const Said = z.object({ by: z.number(), at: z.number(), text: z.string() })
const said = topic('said', { schema: Said, waiting: 64 })
const fields = { 'x-pid': String(process.pid) }
let at = 0

// Whichever worker wakes first takes a connection. One that has taken one sleeps, so that another gets the next.
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
const rest = () => void setTimeout(() => sleep(50))

const watch = stream.reads('/watch', { gives: stream.items(Said, { heartbeatMs: 0 }) },
  (_, { signal }) => {
    rest()
    return reply(said.subscribe(signal), { fields })
  })

const { acts } = verbs({})
const Saying = z.object({ text: z.string(), times: z.number(), by: z.number().optional() })
const say = acts('/say', { accepts: Saying, returns: z.number(), limit: '1mb' },
  ({ text, times, by = process.pid }) => {
    if (by !== process.pid) rest()
    else for (let count = 0; count < times; count++) said.publish({ by, at: ++at, text })
    return reply(at, { fields })
  })
const block = acts('/block', { accepts: z.object({ by: z.number() }), returns: z.boolean() }, ({ by }) => {
  if (by !== process.pid) {
    rest()
    return false
  }
  setTimeout(() => {
    console.log('blocked')
    while (!existsSync('go')) sleep(20)
  }, 50)
  return true
})

export default service({ watch, say, block })
`

export interface Said {
  readonly by: number
  readonly at: number
  readonly text: string
}

/** One event stream, read item by item. */
export class Watching {
  readonly pid: number
  readonly #reader: ReadableStreamDefaultReader<string>
  #text = ''

  private constructor(answer: Response) {
    this.pid = Number(answer.headers.get('x-pid'))
    this.#reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  }

  static async open(url: string): Promise<Watching> {
    const answer = await fetch(`${url}/watch`, { headers: { connection: 'close' } })
    return new Watching(answer)
  }

  /** The data of the next event; null at the end. `failure` stands before that of one of this name. */
  async #event(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end !== -1) {
        const event = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return event
      }
      const { done, value } = await this.#reader.read()
      if (done) return null
      this.#text += value
    }
  }

  async next(): Promise<Said> {
    const event = await this.#event()
    if (event?.startsWith('data: ') !== true) throw new Error(`No item came but ${event}`)
    return JSON.parse(event.slice('data: '.length)) as Said
  }

  async take(count: number): Promise<Said[]> {
    const items: Said[] = []
    while (items.length < count) items.push(await this.next())
    return items
  }

  /** Items until the end, and the code of the failure that ends them. */
  async rest(): Promise<{ readonly items: readonly Said[]; readonly code: string | null }> {
    const items: Said[] = []
    for (;;) {
      const event = await this.#event()
      if (event === null) return { items, code: null }
      if (event.startsWith('event: failure')) return { items, code: /"code":"(\w+)"/.exec(event)?.[1] ?? '' }
      items.push(JSON.parse(event.slice('data: '.length)) as Said)
    }
  }

  leave(): Promise<void> {
    return this.#reader.cancel()
  }
}

/** Watchers, at least one at each of so many workers. Which one accepts a connection is left to chance. */
export async function watchers(url: string, workers: number): Promise<Watching[]> {
  const byPid = new Map<number, Watching>()
  while (byPid.size < workers) {
    const one = await Watching.open(url)
    if (byPid.has(one.pid)) await one.leave()
    else byPid.set(one.pid, one)
  }
  return [...byPid.values()]
}

/** Says something, so many times in one go, by a certain worker, or by whichever answers; gives who did. */
export async function say(url: string, text: string, times = 1, by?: number): Promise<number> {
  for (;;) {
    const answer = await fetch(`${url}/say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ text, times, by }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    const pid = Number(answer.headers.get('x-pid'))
    if (by === undefined || by === pid) return pid
  }
}

/** Makes a certain worker do nothing at all until a file named "go" is there. */
export async function block(url: string, by: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/block`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ by }),
    })
    if ((await answer.json()) === true) return
  }
}
