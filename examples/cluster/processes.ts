/**
 * The processes of the cluster: a NATS server, gateways and workers, each started, ended or killed by name.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const HAGAKI = [...process.execArgv, fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))]

export class Process {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #gone: Promise<unknown>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid!
    this.#gone = once(child, 'exit')
  }

  /** Starts a program, and waits until it has said that it is ready. Gives it, and what it said by then. */
  static async start(
    command: string,
    args: readonly string[],
    isReady: RegExp,
    env: NodeJS.ProcessEnv = {},
  ): Promise<readonly [Process, string]> {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = await new Promise<string>((resolve, reject) => {
      let text = ''
      const read = (more: string): void => {
        text += more
        if (isReady.test(text)) resolve(text)
      }
      child.stdout.setEncoding('utf8').on('data', read)
      child.stderr.setEncoding('utf8').on('data', read)
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${text}`)))
    })
    return [new Process(child), said]
  }

  static hagaki(args: readonly string[], isReady: RegExp, env: NodeJS.ProcessEnv = {}) {
    return Process.start(process.execPath, [...HAGAKI, ...args], isReady, env)
  }

  /** As the loss of a machine does. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** As a rollout does: it finishes what it has. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal)
    await this.#gone
  }
}
