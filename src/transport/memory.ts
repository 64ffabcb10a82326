/**
 * How much memory another process holds.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** Octets of its resident set, its share of libraries included; null where that cannot be told. */
export async function residentOctets(pid: number): Promise<number | null> {
  const kib = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid)
  return kib === null ? null : kib * 1024
}

async function fromProc(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1')
    return numberIn(/^VmRSS:\s+([0-9]+) kB$/m.exec(status)?.[1])
  } catch {
    return null // it is gone
  }
}

function fromPs(pid: number): Promise<number | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) =>
      resolve(error === null ? numberIn(/^\s*([0-9]+)\s*$/.exec(stdout)?.[1]) : null),
    )
  })
}

function numberIn(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits)
}
