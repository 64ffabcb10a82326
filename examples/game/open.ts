/**
 * Opens the house for everybody on this machine.
 *
 * @module
 */
import { openHouse } from './house.ts'

const { doors, close } = await openHouse()
console.log(`Play at ${doors.http}, ${doors.webSocket} or ${doors.tcp}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
