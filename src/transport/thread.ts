/**
 * What runs in a thread of `isolate`: loads the app and answers frames on the thread's port.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { closeApp, openApp } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import { Fault, isFault } from '../fault.ts'
import { FAILED, frame } from '../wire/frames/frame.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import { portLink } from './link.ts'
import { loadApp } from './load-module.ts'
import { FrameWorker } from './worker.ts'

const { module, name } = workerData as { readonly module: string; readonly name: string }
const port = parentPort!

try {
  const app = await loadApp(new URL(module), name)
  const server = serverFacts()
  await openApp(app, server)
  const worker = new FrameWorker(app, server, consoleLog, name, () => {
    closeApp(app).finally(() => port.close())
  })
  worker.attach(portLink(port, worker))
} catch (error) {
  consoleLog.error({ err: error }, `${name} did not start`)
  const reason = error instanceof Error ? error.message : String(error)
  const fault = isFault(error)
    ? error
    : new Fault('setup_faulty', { what: name, reason, fix: 'Mend what its app opens' })
  port.postMessage(frame(FAILED, 0, encodeFailed(fault)))
  port.close()
}
