/** A server in another language: a program that starts it on a port that is free, and does nothing more. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { ready } from './ready.mjs'

/** Runs `command ARGS` in the folder of its apps; `args` is told the port. Ends with it, and it with us. */
export async function serveForeign(command, args, cwd) {
  const port = await freePort()
  const server = spawn(command, args(port), { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said = `${said}${text}`.slice(-4_000)
    })
  }
  const gone = (how) => {
    process.stderr.write(`${said}\nError: ${command} ended with ${how}\n`)
    process.exit(1)
  }
  server.once('error', (error) => gone(error.message))
  server.once('exit', (code, signal) => gone(code ?? signal))
  process.once('exit', () => server.kill('SIGTERM'))
  while (!(await answers(port))) await setTimeout(50)
  ready(port)
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

async function answers(port) {
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
