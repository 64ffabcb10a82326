/** The client on other runtimes: the same script sees the same on each. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { app, json, mount } from 'hagaki'
import { clientContract } from 'hagaki/client'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { board } from './page/board.ts'

const SCRIPT = fileURLToPath(new URL('script.ts', import.meta.url))

// The step `runtimes` says where the others are; this Node is always there.
const { HAGAKI_BUN, HAGAKI_DENO } = process.env
const PROGRAMS: readonly (readonly [name: string, program: string, args: readonly string[]])[] = [
  ['Node', process.execPath, ['--import', 'tsx']],
  ...(HAGAKI_BUN === undefined ? [] : [['Bun', HAGAKI_BUN, ['run']] as const]),
  ...(HAGAKI_DENO === undefined
    ? []
    : [['Deno', HAGAKI_DENO, ['run', '--allow-all', '--no-check']] as const]),
]

let running: Running
beforeAll(async () => {
  // Calls of all runtimes come together: each has a board of its own.
  const boards = PROGRAMS.map(([name]) => [`/${name}/api`, board().app] as const)
  const contract = app(() => json(clientContract(board().app.contract)))
  const contracts = PROGRAMS.map(([name]) => [`/${name}/contract.json`, contract] as const)
  running = await serve(mount(Object.fromEntries([...boards, ...contracts])), { port: 0 })
})
afterAll(() => running.close({ now: true }))

test.each(PROGRAMS)('%s', async (name, program, args) => {
  const said = await output(program, [...args, SCRIPT, `${running.url}/${name}`])
  const seen = JSON.parse(said) as Record<string, unknown>
  expect(seen).toEqual({
    listed: [{ id: 1, text: 'first' }],
    added: 'ü 🎴',
    removed: { id: 99 },
    issues: [{ pointer: '/text', message: 'say something' }],
    cancelled: 'changed my mind',
    late: 'call_timeout',
    drawn: { bytes: 200_000 },
    steps: [65_536, 131_072, 196_608, 200_000],
    followed: ['ü 🎴', 'enough'],
    key: ['list'],
  })
})

/** What a program printed. Throws Error with what it complained of when it failed. */
function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve(said.out) : reject(new Error(said.err + said.out))))
  })
}
