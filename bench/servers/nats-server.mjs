/** A NATS server on a free port, beside what is measured: not its child, so that its CPU time does not count. */
import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './brokers.mjs'

/** Starts it, and gives its address once it answers. It ends with this process. */
export async function startNats() {
  const port = await freePort()
  // The shell leaves both behind: the server, and who ends it when this process is gone.
  const guard = `nats-server -a 127.0.0.1 -p ${port} & server=$!
    while kill -0 ${process.pid}; do sleep 1; done; kill $server`
  spawnSync('sh', ['-c', `( ${guard} ) >/dev/null 2>&1 </dev/null &`])
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return `nats://127.0.0.1:${port}`
    await wait(50)
  }
  throw new Error('no nats-server came up: sudo apt-get install nats-server')
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => resolve(true)) // its INFO
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    setTimeout(() => socket.destroy(), 500)
  })
}
