/**
 * Streaming handlers of the process under test.
 *
 * @module
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { service } from 'hagaki'
import { spool } from 'hagaki/spool'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

let dir: string | null = null

/** Made with the first file. */
function directory(): string {
  if (dir === null) {
    const made = mkdtempSync(join(tmpdir(), 'hagaki-test-'))
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
    dir = made
  }
  return dir
}

/** How many files are spooled now. */
export function spooledBelow(): number {
  if (dir === null) return 0
  const parent = dir
  return readdirSync(parent).reduce((sum, name) => sum + readdirSync(join(parent, name)).length, 0)
}

const Text = z.union([z.number(), z.string()])

export const streams = service(
  {
    bytes: stream.acts(
      '/bytes',
      { takes: stream.bytes(), limit: '10gb', returns: z.number() },
      async ({ body }, { defer }) =>
        (await spool(body, { defer, dir: directory(), limit: '10gb', memory: '8kb' })).size,
    ),
    parts: stream.acts(
      '/parts',
      { takes: stream.parts(), limit: '10gb', returns: z.any() },
      async ({ body }, { defer }) => {
        const got: unknown[] = []
        for await (const part of body) {
          const { size, sha256 } = await spool(part, {
            defer,
            dir: directory(),
            limit: '10gb',
            memory: '8kb',
            hash: true,
          })
          got.push({ name: part.name, size, sha256 })
        }
        return got
      },
    ),
    lines: stream.acts(
      '/lines',
      { takes: stream.items(Text, { limit: '1mb' }), limit: '10gb', returns: z.number() },
      async ({ body }) => {
        let count = 0
        for await (const _ of body) count++
        return count
      },
    ),
    echo: stream.acts(
      '/echo',
      { takes: stream.items(Text, { limit: '1mb' }), gives: stream.items(Text), limit: '10gb' },
      ({ body }) => body,
    ),
  },
  { prefix: '/streams' },
)
