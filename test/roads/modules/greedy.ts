/** An app that takes more than it should: time, memory, its own process. */
import { app, text } from 'hagaki'

const where = crypto.randomUUID()

export default app(async (_method, path) => {
  if (path === '/loop') for (;;);
  if (path === '/exit') process.exit(1)
  if (path === '/eat') return text(String(eaten().length))
  if (path === '/slow') await new Promise((resolve) => setTimeout(resolve, 500))
  if (path === '/print') console.log('printed')
  return text(where)
})

// JavaScript's own memory, by many small objects that are all still needed.
function eaten(): unknown[] {
  const all: unknown[] = []
  for (;;) all.push({ at: all.length, words: ['a', 'b', String(all.length)] })
}
