/**
 * A cluster of three NATS servers, each killed in its turn: gateway and workers move to the others. What was under
 * way is lost, once, and later calls work.
 */
import { type App, bodyText, text } from 'hagaki'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from '../free-port.ts'
import { WAIT_MS } from '../wait.ts'
import { gateway, get, worked } from './road.ts'
import { NatsServer } from './server.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // what is lost is logged
})

test('the server that gateway and workers are connected to is killed, again and again: they move', async () => {
  const cluster = await Cluster.start()
  const [first, second, third] = cluster.servers
  // The others are not there yet, so all of them are connected to the first.
  for (const one of [second, third]) await one.kill()
  const begun: string[] = []
  const app: App = async (_, path, __, { signal }) => {
    begun.push(path)
    if (path.startsWith('/hang')) await new Promise((done) => signal.addEventListener('abort', done))
    return text(path)
  }
  for (let n = 0; n < 2; n++) await worked(cluster.urls, app)
  const { app: front, transport } = await gateway(cluster.urls)
  await vi.waitFor(() => expect(transport.health().workers).toBe(2), WAIT_MS)

  const hanging: ReturnType<typeof post>[] = []
  for (const [killed, others, together] of [
    [first, [second, third], [first, second, third]],
    [second, [], [second, third]], // who was there goes to the third
    [third, [first], [first, third]],
  ] as const) {
    for (const one of others) await one.start()
    await cluster.joined(together)
    for (let n = 0; n < 4; n++) hanging.push(post(front, `/hang-${killed.port}-${n}`))
    await vi.waitFor(
      () => expect(begun.filter((path) => path.startsWith('/hang'))).toHaveLength(hanging.length),
      WAIT_MS,
    )
    await killed.kill()
    // Who is connected elsewhere hears of it when it says something: until then a call may go to who is not there.
    let turn = 0
    await vi.waitFor(async () => {
      const paths = Array.from({ length: 50 }, (_, n) => `/after-${killed.port}-${turn}-${n}`)
      turn++
      const answers = await Promise.all(paths.map((path) => post(front, path)))
      expect(answers.map((answer) => bodyText(answer))).toEqual(paths)
    }, WAIT_MS)
  }
  expect((await Promise.all(hanging)).map(({ status }) => status)).toEqual(Array(12).fill(502))
  await vi.waitFor(() => expect(transport.health().workers).toBe(2), WAIT_MS)
  expect(begun).toHaveLength(new Set(begun).size) // none twice
})

/** Servers that know of each other. */
class Cluster {
  readonly servers: readonly [NatsServer, NatsServer, NatsServer]
  readonly #monitors: readonly number[]

  private constructor(servers: Cluster['servers'], monitors: readonly number[]) {
    this.servers = servers
    this.#monitors = monitors
  }

  static async start(): Promise<Cluster> {
    const ports = [await freePort(), await freePort(), await freePort()]
    const monitors = [await freePort(), await freePort(), await freePort()]
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ')
    const one = (at: number): Promise<NatsServer> => {
      const cluster = `cluster { name: notes, listen: "127.0.0.1:${ports[at]}", routes: [${routes}] }`
      return NatsServer.start(
        onTestFinished,
        `server_name: n${at + 1}\nhttp: "127.0.0.1:${monitors[at]}"\n${cluster}\n`,
      )
    }
    return new Cluster([await one(0), await one(1), await one(2)], monitors)
  }

  /** Resolves when each of them has one route to each other: until then none knows who listens at another. */
  async joined(servers: readonly NatsServer[]): Promise<void> {
    for (const server of servers) {
      const url = `http://127.0.0.1:${this.#monitors[this.servers.indexOf(server)]}/routez`
      const routes = async (): Promise<number> => ((await (await fetch(url)).json()) as Routes).num_routes
      await vi.waitFor(async () => expect(await routes()).toBe(servers.length - 1), WAIT_MS)
    }
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url)
  }
}

/** Of the server's monitoring. */
interface Routes {
  readonly num_routes: number
}

function post(app: App, path: string): ReturnType<typeof get> {
  return get(app, path, { method: 'POST' })
}
