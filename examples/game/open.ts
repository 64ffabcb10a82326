/**
 * Opens the house for everybody on this machine.
 *
 *   node --conditions=hagaki-source --import tsx examples/game/open.ts [--port 9292] [--tcp-port 9293]
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { openHouse } from './house.ts'

const options = {
  port: { type: 'string', default: '9292' },
  'tcp-port': { type: 'string', default: '9293' },
} as const
const { values } = parseArgs({ options })
const { doors, close } = await openHouse({ port: Number(values.port), tcpPort: Number(values['tcp-port']) })
console.log(`Play at ${doors.http}, ${doors.webSocket} or ${doors.tcp}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
