/**
 * A server under measurement: a child of its own, pinned to one core with all that it starts, that ends with us.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { adopt } from './children.ts'
import { Family } from './cpu.ts'
import type { ServerProgram } from './works.ts'

const HERE: string = fileURLToPath(new URL('.', import.meta.url))

/** How long a server may take until it listens, in milliseconds. */
const PATIENCE_MS = 20_000

/** Of `process.memoryUsage()`, in bytes. */
export interface Memory {
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
}

export interface ServerProcess {
  readonly port: number
  /** Of it, its workers and theirs. */
  cpuNs(): number
  /** After collecting garbage. */
  memory(): Promise<Memory>
  /** Whether it ended by itself. */
  readonly ended: boolean
  end(): Promise<void>
}

/** Why a server takes no part. */
export class Absent extends Error {}

/** Starts one. Rejects with `Absent` when its runtime is not here or it refuses the work. */
export async function startServer(
  program: ServerProgram,
  work: string,
  folder: string,
): Promise<ServerProcess> {
  const command = runtime(program.runtime)
  const file = `${HERE}servers/${program.file}`
  const args = ['-c', '0', ...command, file, work, folder, ...(program.args ?? [])]
  // A group of its own: those in other languages have started others, which are to end with it.
  const child = spawn('taskset', args, { env: environment(), stdio: 'pipe', detached: true })
  const end = adopt(child, { group: true })
  const lines = reader(child)
  try {
    const { port } = JSON.parse(await within(lines.next())) as { port: number }
    const family = new Family(child.pid!) // taskset becomes the program, so the pid is the server's
    return {
      port,
      cpuNs: () => family.cpuNs(),
      memory: async () => {
        child.stdin.write('memory\n')
        return JSON.parse(await within(lines.next())) as Memory
      },
      get ended() {
        return child.exitCode !== null || child.signalCode !== null
      },
      end,
    }
  } catch (error) {
    await end()
    throw new Absent((error as Error).message)
  }
}

/** Whether the runtime of a server is here, and how it is called. Throws `Absent`. */
function runtime(name: ServerProgram['runtime']): readonly string[] {
  if (name === 'node') return [process.execPath, '--expose-gc']
  const modules = `${HERE}node_modules/`
  const [path, args] =
    name === 'bun'
      ? [`${modules}@oven/bun-linux-x64/bin/bun`, []]
      : [`${modules}@deno/linux-x64-glibc/deno`, ['run', '--allow-all', '--quiet']]
  if (!existsSync(path)) throw new Absent('not installed here')
  return [path, ...args]
}

// What the caller's shell sets for Node, such as conditions, is not for those we measure.
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env
  return { ...env, NODE_ENV: 'production', NO_COLOR: '1' }
}

interface Lines {
  /** The next line of stdout. Rejects, with the last line of stderr, when there will be none. */
  next(): Promise<string>
}

function reader(child: ChildProcessWithoutNullStreams): Lines {
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  const lines: string[] = []
  let out = ''
  let wrong = ''
  let over: Error | null = null
  child.stdin.on('error', () => {})
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    wrong = `${wrong}${text}`.slice(-4_000)
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const [...whole] = `${out}${text}`.split('\n')
    out = whole.pop()!
    for (const line of whole) {
      const next = waiting.shift()
      if (next === undefined) lines.push(line)
      else next.resolve(line)
    }
  })
  const end = (error: Error): void => {
    over = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.on('error', end)
  child.on('close', (code, signal) => end(new Error(lastWords(wrong) ?? `it ended with ${code ?? signal}`)))
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const line = lines.shift()
        if (line !== undefined) resolve(line)
        else if (over !== null) reject(over)
        else waiting.push({ resolve, reject })
      }),
  }
}

/** The line of an error's output that says what it is. */
function lastWords(text: string): string | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*(Error|Fault)\b.*:/.test(line)) ?? lines.at(-1) ?? null
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it stays silent')), PATIENCE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
