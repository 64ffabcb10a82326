/**
 * CPU time of other processes, user and system, all their threads.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'

/** One tick of /proc/PID/stat in nanoseconds: USER_HZ is 100 on every Linux. */
const TICK_NS = 10_000_000

/** A process and all that descend from it: a gateway, its workers, and who comes after a worker that died. */
export class Family {
  readonly #root: number
  /** What each had used when it was last seen: who is gone has used no less. */
  readonly #used = new Map<number, number>()

  constructor(pid: number) {
    this.#root = pid
  }

  /** Nanoseconds since they began. Throws Error when the first one is gone. */
  cpuNs(): number {
    this.#used.set(this.#root, cpuNs(this.#root))
    for (const pid of descendants(this.#root)) {
      try {
        this.#used.set(pid, cpuNs(pid))
      } catch {} // it ended just now
    }
    let sum = 0
    for (const ns of this.#used.values()) sum += ns
    return sum
  }
}

/**
 * Nanoseconds of one process since it began. From the scheduler's own counts where the kernel keeps
 * them: the ticks of `stat` are 10 ms. Throws Error when the process is gone.
 */
export function cpuNs(pid: number): number {
  try {
    let sum = 0
    for (const thread of readdirSync(`/proc/${pid}/task`))
      sum += scheduled(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'))
    return sum
  } catch {
    return ticked(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  }
}

/** Children, their children, and so on. */
function* descendants(pid: number): Generator<number> {
  for (const child of childrenOf(pid)) {
    yield child
    yield* descendants(child)
  }
}

// A child belongs to the thread that started it.
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      numbers(readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')),
    )
  } catch {
    return childrenByStat(pid)
  }
}

// Where the kernel keeps no lists of children, or a thread ended meanwhile.
function childrenByStat(pid: number): number[] {
  const all = readdirSync('/proc').flatMap((name) => (/^[0-9]+$/.test(name) ? [Number(name)] : []))
  return all.filter((one) => {
    try {
      return parent(readFileSync(`/proc/${one}/stat`, 'latin1')) === pid
    } catch {
      return false
    }
  })
}

function numbers(text: string): number[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
}

/** `schedstat`: nanoseconds on a CPU, nanoseconds waiting, time slices. */
export function scheduled(text: string): number {
  return Number(text.slice(0, text.indexOf(' ')))
}

/** `stat`: the name in parentheses may hold anything; utime and stime are the 12th and 13th behind it. */
export function ticked(text: string): number {
  const fields = behindName(text)
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS
}

/** `stat`: the parent is the second behind the name. */
export function parent(text: string): number {
  return Number(behindName(text)[1])
}

function behindName(text: string): string[] {
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
