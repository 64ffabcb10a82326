/**
 * Fails, and writes the problem that a client would get. Its types and blank lines make positions of
 * the code that runs differ from those of this file.
 */
import { bodyText, perform, request, use } from 'hagaki'
import { showErrors } from 'hagaki/middleware'
import { serverFacts } from '../../../src/call/server-facts.ts'

interface Note {
  readonly id: number
  readonly text: string
}

async function read(notes: ReadonlyMap<number, Note>, id: number): Promise<string> {
  await Promise.resolve()
  const note: Note = notes.get(id)!
  return note.text // here it fails
}

const app = use(
  async () => [200, null, {}, await read(new Map<number, Note>(), 7)],
  showErrors({ root: import.meta.dirname }),
)
const server = serverFacts({ environment: 'development' })
process.stdout.write(bodyText(await perform(app, request('GET', '/'), { server })) ?? '')
