/** Clients in other languages, of handlers whose bodies flow. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failure, mount, service, silentLog } from 'hagaki'
import { serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { python, ruby } from '../../scripts/needs.ts'
import { runProgram } from '../process.ts'
import { Seen } from './seen.ts'

const HERE = new URL('.', import.meta.url)
const PACKAGE = fileURLToPath(new URL('../../workers/python', HERE))
const GEM = fileURLToPath(new URL('../../workers/ruby', HERE))

const Tired = failure('tired', 'unavailable', z.object({ after: z.number() }))
const left = new Seen<string>()
const { acts, reads } = stream.verbs({})
const N = z.number()
const flowing = service({
  count: reads(
    '/count',
    { accepts: z.object({ from: N }), gives: stream.items(N) },
    async function* ({ from }) {
      try {
        for (let at = from; ; at++) yield at
      } finally {
        left.add('count')
      }
    },
  ),
  tired: reads('/tired', { gives: stream.items(N), errors: [Tired] }, async function* () {
    yield 1
    throw Tired({ after: 1 })
  }),
  double: acts(
    '/double',
    { takes: stream.items(N), gives: stream.items(N), limit: '1gb' },
    async function* ({ body }) {
      for await (const one of body) yield one * 2
    },
  ),
  size: acts('/size', { takes: stream.bytes(), returns: N, limit: '1gb' }, async ({ body }) => {
    let size = 0
    for await (const piece of body) size += piece.byteLength
    return size
  }),
  upper: acts(
    '/upper',
    { takes: stream.bytes(), gives: stream.bytes(), limit: '1gb' },
    async function* ({ body }) {
      for await (const piece of body) yield Buffer.from(Buffer.from(piece).toString('latin1').toUpperCase())
    },
  ),
})

test.each([
  ['Python', python, 'stream_calls.py', { PYTHONPATH: PACKAGE }, 2],
  ['Ruby, which lets both flow at once,', ruby, 'stream_calls.rb', { RUBYLIB: GEM }, 200],
] as const)(
  'a client in %s takes what flows, lets it flow in, and leaves',
  async (_, program, file, path, pieces) => {
    const running = await serve(mount({ '/api': flowing }), { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-client-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'api.json'), JSON.stringify(flowing.contract))
    const place = { cwd: fileURLToPath(HERE), env: { ...process.env, ...path } }
    const { stdout, stderr } = await runProgram(
      program(),
      [file, join(folder, 'api.json'), `${running.url}/api`],
      place,
    )
    expect(stderr).toBe('')
    expect(await left.next()).toBe('count')
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      [5, 6, 7],
      [[1], 'tired', 'unavailable', { after: 1 }],
      [2, 4, 6],
      ['Answered', 422, 'input_invalid'],
      [2, 4, 8, 16, 32, 64],
      3_000_000,
      'ABCD',
      pieces * 65_536,
      [0, 2, 4, 6],
    ])
  },
)
