/** node:http in front of a Moleculer broker; the action is another node's, a process of its own. */
import { startWorker } from './behind.mjs'
import { brokerOf, freePort } from './brokers.mjs'
import { serveCalls } from './calls-over-http.mjs'
import { startNats } from './nats-server.mjs'
import { choose } from './works.mjs'

const start = choose({
  worker: async () => {
    const nodes = { gateway: await freePort(), worker: await freePort() }
    await startWorker('moleculer.mjs', JSON.stringify(nodes))
    const broker = brokerOf('gateway', nodes)
    await broker.start()
    await broker.waitForServices('notes')
    return (note) => broker.call('notes.add', note)
  },
  nats: async () => {
    const url = await startNats()
    await startWorker('moleculer.mjs', JSON.stringify(url))
    const broker = brokerOf('gateway', url)
    await broker.start()
    await broker.waitForServices('notes')
    return (note) => broker.call('notes.add', note)
  },
})
serveCalls(await start())
