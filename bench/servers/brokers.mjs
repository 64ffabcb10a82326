/** Moleculer's nodes, which know each other's ports instead of looking for them by UDP. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { ServiceBroker } from 'moleculer'

/** A broker with its defaults. `nodes`: the ports by name, or the address of NATS. */
export function brokerOf(name, nodes) {
  if (typeof nodes === 'string') return new ServiceBroker({ nodeID: name, logger: false, transporter: nodes })
  const urls = Object.entries(nodes).map(([node, port]) => `127.0.0.1:${port}/${node}`)
  return new ServiceBroker({
    nodeID: name,
    logger: false,
    transporter: {
      type: 'TCP',
      options: { udpDiscovery: false, useHostname: false, port: nodes[name], urls },
    },
  })
}

export async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  await once(listener, 'close')
  return port
}
