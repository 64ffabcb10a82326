/**
 * What 500 handlers cost the compiler. It counts type instantiations, which are the same on every
 * machine: those of this service take about a second on a slow one.
 */
import { expect, test } from 'vitest'
import { compile } from './compile.ts'

const VERBS = ['reads', 'creates', 'replaces', 'updates', 'deletes', 'acts']
const MOST = 2_500

test('500 handlers compile, and cost so many instantiations each', async () => {
  const few = await instantiations(10)
  const many = await instantiations(510)
  const each = (many - few) / 500
  expect(each).toBeGreaterThan(0)
  expect(each).toBeLessThan(MOST)
})

async function instantiations(handlers: number): Promise<number> {
  const { said } = await compile(source(handlers), {}, ['--extendedDiagnostics'])
  return Number(/Instantiations:\s+([0-9]+)/.exec(said)?.[1])
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
