/**
 * Programs that a test starts: those that end, and those that serve until they are ended.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'

/** How long a command may take, and a server until it listens. */
const PATIENCE_MS = 120_000

export interface Place {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

export interface Ended {
  /** Null when it was ended by a signal: by us, when it took too long. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export async function runProgram(program: string, args: readonly string[], place: Place): Promise<Ended> {
  const child = start(program, args, place)
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const patience = setTimeout(() => kill(child, 'SIGKILL'), PATIENCE_MS)
  const code = await closed(child)
  clearTimeout(patience)
  return { code, stdout, stderr }
}

/** A program that runs until it is ended. */
export class Service {
  readonly #child: ChildProcess
  readonly #closed: Promise<number | null>
  #output = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#closed = closed(child)
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  /** Starts it, and waits for its listening line. Throws Error when it ends or stays silent instead. */
  static async start(program: string, args: readonly string[], place: Place): Promise<Service> {
    const service = new Service(start(program, args, place))
    const ended = service.#closed.then((code) => `it ended with ${code}`)
    const wrong = await Promise.race([ended, service.#listens()])
    if (wrong === null) return service
    await service.end()
    throw new Error(`Does not serve: ${wrong}\n${service.output}`)
  }

  /** What it has written so far, to both. */
  get output(): string {
    return this.#output
  }

  /** Ends it and all it started. */
  async end(): Promise<void> {
    kill(this.#child, 'SIGTERM')
    const patience = setTimeout(() => kill(this.#child, 'SIGKILL'), 10_000)
    await this.#closed
    clearTimeout(patience)
    // What it started and left behind.
    kill(this.#child, 'SIGKILL')
  }

  #listens(): Promise<string | null> {
    return new Promise((resolve) => {
      const patience = setTimeout(() => resolve('it wrote no line with its address'), PATIENCE_MS)
      const look = (): void => {
        if (!/\blisten|\b(?:https?|tcp|nats):\/\/\S+|\bunix:\S+/i.test(this.#output)) return
        clearTimeout(patience)
        resolve(null)
      }
      this.#child.stdout!.on('data', look)
      this.#child.stderr!.on('data', look)
      void this.#closed.then(() => clearTimeout(patience))
    })
  }
}

/**
 * Starts it in a group of its own, so that what it starts ends with it, and with a watcher in that
 * group which ends it when we are gone, however that came: then our end of pipe 3 closes.
 */
function start(program: string, args: readonly string[], { cwd, env }: Place): ChildProcess {
  const watched = [WATCHED, 'bash', program, ...args]
  const detached = process.platform !== 'win32'
  return spawn('bash', ['-c', ...watched], { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
}

const WATCHED = `
{ read -r _ <&3; kill 0; } >/dev/null 2>&1 & watcher=$!
disown
"$@" 3<&-; code=$?
kill "$watcher" 2>/dev/null
exit "$code"`

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code))
  })
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') child.kill(signal)
    else if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // All of the group have ended.
  }
}
