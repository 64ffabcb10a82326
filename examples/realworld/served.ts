/**
 * For tests: Conduit over a socket, in memory, with passwords that cost nothing.
 *
 * @module
 */
import { silentLog } from 'hagaki'
import { passwords } from 'hagaki/passwords'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll } from 'vitest'
import { published } from './app.ts'
import { conduit } from './conduit.ts'

export const CHEAP = passwords({ cost: { N: 2, r: 1, p: 1 } })

export interface Answer {
  readonly status: number
  // biome-ignore lint: tests look into what they expect.
  readonly json: any
  readonly headers: Headers
}

export interface Asking {
  /** Asks for `GET /api/tags`; what is sent is JSON. */
  (line: string, token?: string | null, json?: unknown): Promise<Answer>
  /** Registers a user, and gives their token. */
  register(username: string): Promise<string>
  /** Writes an article, and gives its slug. */
  write(token: string, title: string, more?: object): Promise<string>
  /** Where it is, such as "http://127.0.0.1:50000". */
  readonly url: string
}

/** Serves for all tests of a file. */
export function served(): Asking {
  let running: Running | undefined
  beforeAll(async () => {
    running = await serve(published(conduit.with({ passwords: CHEAP })), { port: 0, log: silentLog })
  })
  afterAll(() => running?.close())
  return asking(() => running?.url ?? '')
}

export function asking(url: () => string): Asking {
  const ask = async (line: string, token: string | null = null, json?: unknown): Promise<Answer> => {
    const [method = '', path = ''] = line.split(' ')
    const answer = await fetch(url() + path, {
      method,
      headers: {
        ...(token !== null && { authorization: `Token ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    return { status: answer.status, json: text === '' ? null : JSON.parse(text), headers: answer.headers }
  }
  const more = {
    register: async (username: string) => {
      const user = { username, email: `${encodeURI(username)}@test.com`, password: 'password123' }
      return (await ask('POST /api/users', null, { user })).json.user.token
    },
    write: async (token: string, title: string, more: object = {}) => {
      const article = { title, description: 'About it', body: 'It is so', ...more }
      return (await ask('POST /api/articles', token, { article })).json.article.slug
    },
    get url() {
      return url()
    },
  }
  return Object.defineProperties(ask, Object.getOwnPropertyDescriptors(more)) as Asking
}
