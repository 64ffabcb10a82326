/** gunicorn with its sync workers, which end each connection: a program that starts it, and does nothing more. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { ready } from './ready.mjs'
import { choose, PYTHON, PYTHON_APPS } from './works.mjs'

const app = choose({ wsgi: 'bare:app', flask: 'flask_hello:app' })

const probe = createServer().listen(0, '127.0.0.1')
await once(probe, 'listening')
const { port } = probe.address()
probe.close()
await once(probe, 'close')

const args = ['-m', 'gunicorn', '-w', '2', '-k', 'sync', '-b', `127.0.0.1:${port}`, '--backlog', '2048', app]
const options = { cwd: PYTHON_APPS, stdio: ['ignore', 'ignore', 'pipe'] }
const gunicorn = spawn(PYTHON, args, options)
let said = ''
gunicorn.stderr.setEncoding('utf8').on('data', (text) => {
  said = `${said}${text}`.slice(-4_000)
})
gunicorn.once('exit', (code, signal) => {
  process.stderr.write(`${said}\nError: gunicorn ended with ${code ?? signal}\n`)
  process.exit(1)
})
process.once('exit', () => gunicorn.kill('SIGTERM'))
while (!(await answers())) await setTimeout(50)
ready(port)

async function answers() {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect') // rejects with an error
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
