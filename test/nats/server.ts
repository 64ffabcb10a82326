/**
 * A NATS server, as a process of ours: on a free port, with a configuration of its own.
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { natsServer } from '../../scripts/needs.ts'
import { freePort } from '../free-port.ts'

type Finished = (task: () => void | Promise<void>) => void

/** Where it runs: by default on this host, for this host alone. */
export interface NatsPlace {
  readonly address: string
  /** What is typed before the command. */
  readonly within: readonly string[]
}

const HERE: NatsPlace = { address: '127.0.0.1', within: [] }

export class NatsServer {
  readonly port: number
  readonly folder: string
  readonly #place: NatsPlace
  #child: ChildProcess | null = null
  #ended: Promise<unknown> = Promise.resolve()

  private constructor(port: number, folder: string, config: string, place: NatsPlace) {
    this.port = port
    this.folder = folder
    this.#place = place
    writeFileSync(this.#config, `listen: ${place.address}:${port}\n${config}`)
  }

  /** Starts it, with lines of configuration besides, and files that they name. It ends when `finished` says so. */
  static async start(
    finished: Finished,
    config = '',
    files: Readonly<Record<string, string>> = {},
    place: NatsPlace = HERE,
  ): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-nats-'))
    const server = new NatsServer(await freePort(), folder, config, place)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    finished(async () => {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    })
    await server.start()
    return server
  }

  get url(): string {
    return `nats://${this.#place.address}:${this.port}`
  }

  /** Starts it again, at the same port. */
  async start(): Promise<void> {
    const [program, ...args] = [...this.#place.within, natsServer(), '-c', this.#config]
    const child = spawn(program!, args, {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    this.#ended = once(child, 'close')
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('Server is ready')) resolve()
      })
      child.once('error', reject)
      child.once('close', () => reject(new Error(`nats-server ended: ${said}`)))
    })
  }

  /** Ends it at once, as the loss of its machine does. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#ended
  }

  /** Stops its process, which keeps its connections and says nothing; resolves once it stands still. */
  async hang(): Promise<void> {
    this.#child?.kill('SIGSTOP')
    const state = (): string =>
      spawnSync('ps', ['-o', 'stat=', '-p', String(this.#child?.pid)], { encoding: 'utf8' }).stdout
    while (!state().startsWith('T')) await new Promise((resolve) => setImmediate(resolve))
  }

  /** It goes on. */
  goOn(): void {
    this.#child?.kill('SIGCONT')
  }

  get #config(): string {
    return join(this.folder, 'nats.conf')
  }
}
