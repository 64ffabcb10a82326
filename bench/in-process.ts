/**
 * The experiments in process, each file of them in a child.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { adopt } from './children.ts'
import type { Row } from './report.ts'

/** Files below `process/`, and the rows they give. */
export const FILES: { readonly [file: string]: readonly string[] } = {
  kwatch: ['kwatch'],
  build: ['build'],
  packed: ['encode', 'decode'],
  invoke: ['invoke'],
  threads: ['isolate'],
}

export interface ProcessPace {
  readonly rounds: number
  readonly roundMs: number
}

export const PROCESS_FULL: ProcessPace = { rounds: 15, roundMs: 150 }
export const PROCESS_QUICK: ProcessPace = { rounds: 5, roundMs: 30 }

/** Runs one file. Rejects with Error, what it wrote to stderr, when it fails. */
export function runFile(file: string, rows: readonly string[], pace: ProcessPace): Promise<Row[]> {
  const child = fileURLToPath(new URL('process/child.ts', import.meta.url))
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const args = ['--import', loader, child, file, String(pace.rounds), String(pace.roundMs), rows.join(',')]
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    adopt(running)
    let out = ''
    let wrong = ''
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    running.stderr.setEncoding('utf8').on('data', (text: string) => {
      wrong += text
    })
    running.on('error', reject)
    running.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out.trim().split('\n').at(-1)!) as Row[])
      else reject(new Error(`process/${file}.ts failed:\n${wrong.trim()}`))
    })
  })
}
