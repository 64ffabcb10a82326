/** An app that writes down each call that it begins, before it answers: nothing is to begin twice. */
import { appendFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { app, json } from 'hagaki'

const FILE = process.env['TALLY']!

export default app(async (_method, path, _headers, { input }) => {
  const token = path.slice(1)
  appendFileSync(FILE, `${token}\n`)
  const said = new TextDecoder().decode(await input.bytes())
  await wait(2) // so that there is something under way
  return json({ token, said, pid: process.pid })
})
