/**
 * A gateway on a host of its own, asked over a unix socket: files are what all hosts of this machine share.
 *
 * @module
 */
import { request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Command, type Place } from '../../cli/command.ts'

/** Longer than any answer may take, in milliseconds. */
const HANGS_MS = 60_000

export interface Answer {
  readonly status: number
  readonly text: string
}

export class Gateway {
  readonly #socket: string

  private constructor(socket: string) {
    this.#socket = socket
  }

  static async start(
    place: Place,
    module: string,
    over: string,
    within: readonly string[],
  ): Promise<Gateway> {
    const socket = join(place.folder, 'gateway.sock')
    const args = [module, '--unix', socket, '-E', 'production']
    const command = Command.startWithin([...within, 'env', `OVER=${over}`], place, args)
    await command.says(/gateway\.sock/)
    return new Gateway(socket)
  }

  /** Asks until each of these has answered. */
  async isAnsweredBy(names: readonly string[]): Promise<void> {
    const missing = new Set(names)
    const all = async (): Promise<number> => {
      const { text } = await this.#ask('GET', 'who')
      missing.delete(text)
      return missing.size
    }
    await expect.poll(all, { timeout: HANGS_MS, interval: 20 }).toBe(0)
  }

  post(path: string): Promise<Answer> {
    return this.#ask('POST', path)
  }

  #ask(method: string, path: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.#socket, method, path: `/${path}`, timeout: HANGS_MS })
      asked.on('response', (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (more: string) => (text += more))
        answer.on('end', () => resolve({ status: answer.statusCode!, text }))
      })
      asked.on('timeout', () => asked.destroy(new Error(`${method} /${path} hangs`)))
      asked.on('error', reject)
      asked.end()
    })
  }
}
