/**
 * The command `hagaki` in a process of its own, in a project of its own.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Project } from '../docs/project.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const TYPESCRIPT = new URL('../typescript.mjs', import.meta.url).href

/** Hears when its test is over. Each test brings its own, for many of them run at once. */
export type Finished = (task: () => void) => void

/** Where a command runs: a project with some files, which is gone with the test. */
export class Place {
  readonly folder: string
  readonly finished: Finished
  readonly #project: Project

  constructor(finished: Finished, files: Readonly<Record<string, string>> = {}) {
    const project = new Project(ROOT)
    finished(() => project.remove())
    for (const [name, text] of Object.entries(files)) project.write(name, text)
    this.folder = project.folder
    this.finished = finished
    this.#project = project
  }

  write(name: string, text: string): void {
    this.#project.write(name, text)
  }
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `hagaki` to its end. `flags` are Node's. */
export async function hagaki(
  place: Place,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Ended> {
  return Command.start(place, args, flags).ended()
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
  }

  static start(place: Place, args: readonly string[], flags: readonly string[] = []): Command {
    return Command.program(place, [...flags, MAIN, ...args])
  }

  /** On another host: `within` is what is typed before a command, to run it there. */
  static startWithin(within: readonly string[], place: Place, args: readonly string[]): Command {
    return Command.program(place, [MAIN, ...args], within)
  }

  /** Any program of Node's, given as it is after its flags. */
  static program(place: Place, args: readonly string[], within: readonly string[] = []): Command {
    const { NODE_OPTIONS: _, NODE_ENV: __, ...env } = process.env
    const [program, ...before] = [...within, process.execPath]
    const command = new Command(
      spawn(
        program!,
        [...before, '--conditions=hagaki-source', '--import', TYPESCRIPT, ...args],
        // A group of its own, as a terminal gives it one.
        { cwd: place.folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
      ),
    )
    place.finished(() => command.signal('SIGKILL'))
    return command
  }

  /** Starts a server on a free port, and waits for its address. */
  static async serve(
    place: Place,
    module: string,
    options: readonly string[] = [],
  ): Promise<{ readonly command: Command; readonly url: string }> {
    const command = Command.start(place, [module, '-p', '0', ...options])
    const [, url] = await command.says(/on (https?:\S+) \(.*\)\n/)
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

  /** To the process itself, and to none that it has started. */
  tell(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Waits for something on either output, and for its n-th time. Throws when it ends before. */
  async says(pattern: RegExp, times = 1): Promise<RegExpExecArray> {
    const each = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)
    for (;;) {
      for (const output of [this.#stdout, this.#stderr]) {
        const found = [...output.matchAll(each)][times - 1]
        if (found !== undefined) return found
      }
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
