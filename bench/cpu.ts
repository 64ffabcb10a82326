/**
 * CPU time of another process, user and system, all its threads.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'

/** One tick of /proc/PID/stat in nanoseconds: USER_HZ is 100 on every Linux. */
const TICK_NS = 10_000_000

/**
 * Nanoseconds since it began. From the scheduler's own counts where the kernel keeps them: the ticks
 * of `stat` are 10 ms. Throws Error when the process is gone.
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

/** `schedstat`: nanoseconds on a CPU, nanoseconds waiting, time slices. */
export function scheduled(text: string): number {
  return Number(text.slice(0, text.indexOf(' ')))
}

/** `stat`: the name in parentheses may hold anything; utime and stime are the 12th and 13th behind it. */
export function ticked(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS
}
