/**
 * The machine by its hardware, so that figures can be told apart: no host name, no path.
 *
 * @module
 */
import { cpus, release, totalmem, type } from 'node:os'
import type { Machine } from './report.ts'

export function machine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() || 'unknown processor',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    // Its version; what a distribution or a provider appends names their machines.
    system: `${type()} ${release().split('-')[0]}`,
    node: process.versions.node,
  }
}

/** In one line. */
export function describe({ processor, cores, memoryGiB, system, node }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}`
}
