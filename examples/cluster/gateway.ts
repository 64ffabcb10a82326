/**
 * The gateway of the cluster: any number of them may run, on any machines.
 *
 *   hagaki examples/cluster/gateway.ts -p 9292
 *
 * @module
 */
import { mount, remote, use } from 'hagaki'
import { health } from 'hagaki/middleware'
import { nats } from 'hagaki/nats'
import moon from './moon.ts'

const NATS = process.env['CLUSTER_NATS'] ?? 'nats://127.0.0.1:4222'

// Workers of another contract, in the midst of a rollout, are not asked.
const workers = nats(NATS, 'moon', { contract: moon.contract })

export default use(mount({ '/': remote(workers) }), health({ checks: { workers: workers.check } }))
