/** A worker behind the server that is measured: a process of its own that ends with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { folder } from './works.mjs'

/**
 * Starts `workers/FILE ARGS` in the folder of the run, where both sides find their sockets: a path in it
 * may be longer than the name of a socket can be. Gives the port that it tells, if it has one.
 */
export async function startWorker(file, ...args) {
  process.chdir(folder)
  const path = new URL(`workers/${file}`, import.meta.url).pathname
  const worker = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  worker.once('exit', (code, signal) => {
    process.stderr.write(`Error: its worker ended with ${code ?? signal}\n`)
    process.exit(1)
  })
  const [line] = await once(worker.stdout, 'data')
  return JSON.parse(String(line)).port
}
