/** `serveWorkers` of `hagaki/server`: worker processes of a program of one's own. */
import { expect, test } from 'vitest'
import { serveWorkers } from '../../src/server/server.ts'
import { Command, Place } from '../cli/command.ts'

const PROGRAM = `
import { serveWorkers } from 'hagaki/server'
const running = await serveWorkers(new URL('./app.js', import.meta.url), { workers: 2, port: 0, environment: 'development' })
process.on('SIGUSR2', async () => {
  try {
    await running.restart()
    console.log('restarted')
  } catch (error) {
    console.log('refused: ' + error.message)
  }
})
process.once('SIGTERM', async () => {
  await running.close()
  console.log('closed')
  process.exit(0)
})
// Whoever hears this may send signals.
console.log('on ' + running.url + ' at ' + running.port)
`
const APP = `
import './part.js'
export default (method, path, headers, options, server) => [200, null, {}, [process.pid, server.workers, server.environment].join(' ')]
`

async function ask(url: string): Promise<string> {
  return (await fetch(url, { headers: { connection: 'close' } })).text()
}

test('serves by workers, renews them, and closes them', async ({ onTestFinished }) => {
  const place = new Place(onTestFinished, { 'program.js': PROGRAM, 'app.js': APP, 'part.js': '' })
  const program = Command.program(place, ['program.js'])
  const [, url] = await program.says(/on (http:\S+) at [1-9]/)
  const before = await ask(url!)
  expect(before).toMatch(/^\d+ 2 development$/)
  program.tell('SIGUSR2')
  await program.says(/restarted\n/)
  const after = await ask(url!)
  expect(after).not.toBe(before)
  place.write('part.js', "throw new Error('half written')\n")
  program.tell('SIGUSR2')
  await program.says(/refused: \S+app\.js: half written\. It has to load before it can serve\n/)
  expect(await ask(url!)).toMatch(/^\d+ 2 development$/)
  program.tell('SIGTERM')
  expect((await program.ended()).status).toBe(0)
  await expect(ask(url!)).rejects.toThrow()
})

test('refuses what no worker can be told, before it starts one', async () => {
  const app = new URL(import.meta.url)
  const table: [module: string | URL, options: object, said: RegExp][] = [
    ['nowhere.js', {}, /^nowhere\.js: there is no file \S+nowhere\.js\. Look at the path$/],
    ['data:text/javascript,', {}, /there is no file/],
    [app, { workers: 0 }, /^serveWorkers: 0 is no number of workers\. Use 1 to 1024, or 'auto'/],
    [app, { workers: 1.5 }, /no number of workers/],
    [app, { workers: '2' }, /no number of workers/],
    [app, { reasons: () => {} }, /^serveWorkers: reasons cannot cross to another process\. Give plain data/],
    [app, { limits: { bdy: 1 } }, /^limits\.bdy: there is no such limit/],
  ]
  for (const [module, options, said] of table)
    await expect(serveWorkers(module, options)).rejects.toThrow(said)
})
