/**
 * What work costs, on a machine that others keep busy as on an idle one.
 *
 * @module
 */

/** Milliseconds of processor time, user and system, that this process took for it. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
