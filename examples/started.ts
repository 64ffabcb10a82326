/**
 * For tests: an example as a program of its own, started from source.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const NODE = [process.execPath, '--conditions=hagaki-source', '--import', 'tsx']

type Env = { readonly [name: string]: string }

export class Started {
  /** Where it listens, such as "http://127.0.0.1:50000". */
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /**
   * Starts a module, such as "postcard-wall/app.ts", by default on a free port, and waits until it listens.
   *
   *   before    words of a shell that come before the command, such as a limit
   *   workers   how many processes serve it
   *   Error     it ended instead, with what it wrote
   */
  static async start(
    module: string,
    env: Env,
    { before = '', port = '0', workers = '' } = {},
  ): Promise<Started> {
    const command = [...NODE, 'src/cli/main.ts', `examples/${module}`, '--port', port]
    if (workers !== '') command.push('--workers', workers)
    const child = spawn('bash', ['-c', `${before} exec "$0" "$@"`, ...command], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new Started(child, await addressOf(child))
  }

  /** As kill -9 does: no line more of it runs. Nothing when it has ended. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Lets it finish: who still watches holds it up. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** Nobody reads what it writes any more, as after `| head -1`. */
  unread(): void {
    this.#child.stdout!.destroy()
    this.#child.stderr!.destroy()
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill(signal)
    await gone
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (text: string): void => {
      output += text
      const [url] = /http:\/\/[0-9.]+:[0-9]+/.exec(output) ?? []
      if (url !== undefined) resolve(url)
    }
    child.stdout!.setEncoding('utf8').on('data', read)
    child.stderr!.setEncoding('utf8').on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`It ended with ${code}:\n${output}`)))
  })
}
