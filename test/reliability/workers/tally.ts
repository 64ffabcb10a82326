/**
 * An app that writes down each call that it begins, before it answers: nothing is to begin twice. Whoever asks
 * for /exit or /loop ends the thread or process that takes it.
 */
import { appendFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { app, json } from 'hagaki'

const FILE = process.env['TALLY']!
const ENDING: ReadonlySet<string> = new Set(['exit', 'loop'])

export default app(async (_method, path, _headers, { input }) => {
  const token = path.slice(1)
  if (!ENDING.has(token)) appendFileSync(FILE, `${token}\n`)
  if (token === 'exit') process.exit(1)
  if (token === 'loop') for (;;);
  const said = new TextDecoder().decode(await input.bytes())
  await wait(2) // so that there is something under way
  return json({ token, said, worker: `${process.pid}/${threadId}` })
})
