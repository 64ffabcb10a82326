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
import { loadApp } from '../module/load.ts'
import { processHub } from '../topic/hub.ts'
import { FAILED, frame } from '../wire/frames/frame.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import type { ThreadData } from './isolate.ts'
import { portLink } from './link.ts'
import { FrameWorker } from './worker.ts'

const { module, name, facts } = workerData as ThreadData
const port = parentPort!

// A promise that an app dropped must not take the calls of others with it.
process.on('unhandledRejection', (error) =>
  consoleLog.error({ err: error, worker: name }, 'A promise was rejected and nobody looked'),
)

processHub().shut(`a thread (${name})`)

try {
  const app = await loadApp(new URL(module), name)
  const server = serverFacts(facts)
  await openApp(app, server)
  const worker = new FrameWorker(app, server, consoleLog, name, () => {
    void closeApp(app).finally(() => port.close())
  })
  worker.attach(portLink(port, worker))
} catch (error) {
  // The fault says it all to who boots; what it does not hold is the way into the module.
  const cause = isFault(error) ? error.cause : error
  if (cause !== undefined) consoleLog.error({ err: cause }, `${name} did not start`)
  const reason = error instanceof Error ? error.message : String(error)
  const fault = isFault(error)
    ? error
    : new Fault('setup_faulty', { what: name, reason, fix: 'Mend what its app opens' })
  port.postMessage(frame(FAILED, 0, encodeFailed(fault)))
  port.close()
}
