/**
 * A program that serves a folder, and tells what that costs it: `files-server.ts KIND FOLDER`.
 *
 * @module
 */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { type App, json, mount, silentLog, use } from 'hagaki'
import { files } from 'hagaki/middleware'
import { lint } from '../../src/lint/lint.ts'
import { type ServeOptions, serve } from '../../src/server/serve.ts'

const [, , kind = '', folder = ''] = process.argv

/** What this process holds now, and the most memory that it held, in bytes. */
export interface Costs {
  readonly peak: number
  readonly now: number
  /** Open files of the folder. */
  readonly open: number
}

const costs: App = () => {
  const status = readFileSync('/proc/self/status', 'latin1')
  const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) * 1024
  return json({ peak: bytes('VmHWM'), now: bytes('VmRSS'), open: openFiles() })
}

function openFiles(): number {
  let count = 0
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder)) count++
    } catch {} // closed meanwhile: the one that listed them
  }
  return count
}

const taken: number[] = []

/** Opens files until there are no more to be had; asked again, closes them. */
const exhaust: App = () => {
  if (taken.length > 0) for (const fd of taken.splice(0)) closeSync(fd)
  else {
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'))
    } catch {}
  }
  return json(taken.length)
}

const app = mount({
  '/costs': costs,
  '/exhaust': exhaust,
  '/linted': use(files(folder), lint),
  '/': files(folder),
})
const server = kind as NonNullable<ServeOptions['server']>
const { url } = await serve(app, { port: 0, server, log: silentLog })
console.log(`Listening on ${url}`)
