/**
 * What 500 handlers cost the compiler. It counts type instantiations, which are the same on every
 * machine: those of this service take about a second on a slow one.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
const VERBS = ['reads', 'creates', 'replaces', 'updates', 'deletes', 'acts']
const MOST = 2_500

test('500 handlers compile, and cost so many instantiations each', { timeout: 120_000 }, async () => {
  const few = await instantiations(10)
  const many = await instantiations(510)
  const each = (many - few) / 500
  expect(each).toBeGreaterThan(0)
  expect(each).toBeLessThan(MOST)
})

async function instantiations(handlers: number): Promise<number> {
  const folder = await mkdtemp(join(ROOT, 'node_modules', '.many-handlers-'))
  try {
    await writeFile(join(folder, 'service.ts'), source(handlers))
    const compilerOptions = { noEmit: true, types: ['node'] }
    const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['service.ts'] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, [TSC, '-p', folder, '--extendedDiagnostics'])
    return Number(/Instantiations:\s+([0-9]+)/.exec(stdout)?.[1])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A service with guards, resources, failures and a typed client, whose last call has to have its type. */
function source(handlers: number): string {
  const names = Array.from({ length: handlers }, (_, at) => `h${at}`)
  const made = names.map(
    (name, at) =>
      `const ${name} = over.${VERBS[at % VERBS.length]}('/${name}/{id}', { accepts: z.object({ id: z.number(), ` +
      `text: z.string(), tags: z.array(z.string()).optional() }), returns: z.object({ id: z.number(), by: ` +
      `z.string() }), errors: [Gone] }, ({ id, text }, { user }) => ({ id, by: user.name + text }))`,
  )
  return `
    import { failure, guard, resource, service, verbs } from 'hagaki'
    import { client, http } from 'hagaki/client'
    import { z } from 'zod'
    const Gone = failure('note_gone', 'gone', z.object({ id: z.number() }))
    const over = verbs({ user: guard('member', () => ({ name: 'a' })), db: resource(() => new Map<number, string>()) })
    ${made.join('\n')}
    const app = service({ ${names.join(', ')} })
    const api = client<typeof app>(app.contract, http('/api'))
    export const last: Promise<{ id: number; by: string }> = api.${names.at(-1)}({ id: 1, text: 'a' })
  `
}
