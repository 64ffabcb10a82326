/**
 * wrk, pinned to a core of its own, with 64 connections.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { adopt } from './children.ts'

export const CONNECTIONS = 64

const FOLDER: string = fileURLToPath(new URL('wrk/', import.meta.url))

export interface Load {
  readonly requests: number
  readonly seconds: number
  /** What went wrong, in words; null when nothing did. */
  readonly trouble: string | null
}

/** How often `enough` is asked, in milliseconds. */
const LOOK_MS = 25

/** Loads 127.0.0.1:`port` until `enough` says so. Rejects with Error when wrk cannot run. */
export function load(port: number, script: string, enough: (elapsedMs: number) => boolean): Promise<Load> {
  const url = `http://127.0.0.1:${port}/`
  const args = ['-c', '1', 'wrk', '-t1', `-c${CONNECTIONS}`, '-d1h', '--timeout', '10s', '-s', script, url]
  return new Promise((resolve, reject) => {
    const child = spawn('taskset', args, { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] })
    adopt(child)
    // wrk counts whole seconds, and writes what it has when it is interrupted.
    const began = performance.now()
    const timer = setInterval(() => {
      if (!enough(performance.now() - began)) return
      clearInterval(timer)
      child.kill('SIGINT')
    }, LOOK_MS)
    let out = ''
    let wrong = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      wrong += text
    })
    child.on('error', reject)
    child.on('close', () => {
      clearInterval(timer)
      const seen = readLoad(out)
      if (seen === null) reject(new Error(`wrk failed: ${(wrong || out).trim()}`))
      else resolve(seen)
    })
  })
}

/** Reads the last line of `wrk/report.lua`; null when there is none. */
export function readLoad(out: string): Load | null {
  const line = out.trimEnd().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) return null
  const { requests, microseconds, ...errors } = JSON.parse(line) as Record<string, number>
  const troubles = Object.entries(errors).filter(([, count]) => count > 0)
  if (requests === 0) troubles.push(['answer', 0])
  const trouble = troubles.map(([name, count]) => WORDS[name]!(count)).join(', ')
  return { requests: requests!, seconds: microseconds! / 1e6, trouble: trouble === '' ? null : trouble }
}

const WORDS: Readonly<Record<string, (count: number) => string>> = {
  connect: (count) => `${count} connections refused`,
  read: (count) => `${count} broken answers`,
  write: (count) => `${count} broken requests`,
  status: (count) => `${count} error statuses`,
  timeout: (count) => `${count} timeouts`,
  answer: () => 'no answer at all',
}
