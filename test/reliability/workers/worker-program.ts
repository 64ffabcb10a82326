/**
 * `hagaki work` as a program of its own, which may be killed and started again as it was.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const HAGAKI = ['--conditions=hagaki-source', '--import', 'tsx', 'src/cli/main.ts']

export class WorkerProgram {
  readonly #module: URL
  readonly #where: readonly string[]
  #child: ChildProcess | null = null

  private constructor(module: URL, where: readonly string[]) {
    this.#module = module
    this.#where = where
  }

  /** `where` are options of the command: "--listen", "unix:a". */
  static async start(module: URL, ...where: readonly string[]): Promise<WorkerProgram> {
    const program = new WorkerProgram(module, where)
    await program.restart()
    return program
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** Resolves once it takes calls. */
  async restart(): Promise<void> {
    await this.end()
    const args = [...HAGAKI, 'work', fileURLToPath(this.#module), ...this.#where]
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let said = ''
    await new Promise<void>((resolve, reject) => {
      for (const from of [child.stdout, child.stderr])
        from.setEncoding('utf8').on('data', (text: string) => {
          said += text
          if (said.includes('hagaki: ')) resolve()
        })
      child.once('exit', () => reject(new Error(`The worker ended:\n${said}`)))
    })
  }

  async end(): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}
