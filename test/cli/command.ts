/**
 * The command `hagaki` in a process of its own, in a project of its own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { Project } from '../docs/project.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const TYPESCRIPT = new URL('../typescript.mjs', import.meta.url).href

/** A project with these files, which is gone with the test. Gives its folder. */
export function project(files: Readonly<Record<string, string>>): string {
  const made = new Project(ROOT)
  onTestFinished(() => made.remove())
  for (const [name, text] of Object.entries(files)) made.write(name, text)
  return made.folder
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `hagaki` to its end. `flags` are Node's. */
export async function hagaki(
  folder: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Ended> {
  return Command.start(folder, args, flags).ended()
}

/** A command that goes on. */
export class Command {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #waiting = new Set<() => void>()
  #stdout = ''
  #stderr = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#closed = once(child, 'close')
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#more((this.#stdout += text)))
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#more((this.#stderr += text)))
    onTestFinished(() => this.signal('SIGKILL'))
  }

  static start(folder: string, args: readonly string[], flags: readonly string[] = []): Command {
    const { NODE_OPTIONS: _, ...env } = process.env
    return new Command(
      spawn(
        process.execPath,
        ['--conditions=hagaki-source', '--import', TYPESCRIPT, ...flags, MAIN, ...args],
        // A group of its own, as a terminal gives it one.
        { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
      ),
    )
  }

  /** Starts a server on a free port, and waits for its address. */
  static async serve(
    folder: string,
    module: string,
  ): Promise<{ readonly command: Command; readonly url: string }> {
    const command = Command.start(folder, [module, '-p', '0'])
    const [, url] = await command.says(/on (http:\S+)\n/)
    return { command, url: url! }
  }

  /** To all of its group, as Ctrl-C does. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#child.pid!, signal)
    } catch {
      // all of it has ended
    }
  }

  /** Waits for something on either output. Throws when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr)
      if (found !== null) return found
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`It ended without saying ${pattern}: ${this.#stdout}${this.#stderr}`)
      await Promise.race([this.#closed, new Promise<void>((resolve) => this.#waiting.add(resolve))])
    }
  }

  async ended(): Promise<Ended> {
    await this.#closed
    return { status: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr }
  }

  #more(_: string): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
