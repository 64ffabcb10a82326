/**
 * The process under test: serves an app until SIGTERM, as the command does, and then has nothing left
 * that keeps it alive. Started by `Process` with its options as JSON.
 *
 *   GET  /at-once        a short text, without a promise
 *   GET  /later          a short text, some turns later
 *   GET  /streamed       64 KiB in 16 chunks
 *   GET  /endless        chunks of 64 KiB without an end
 *   POST /read           how many octets its body had
 *   POST /flow           the same, read as a stream
 *   POST /streams/...    the same of handlers that take bytes, parts that are spooled, and lines
 *
 * @module
 */
import { subscribe } from 'node:diagnostics_channel'
import { readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { app, type Outcome, stream, text } from 'hagaki'
import { untilStopped } from '../../src/cli/stop.ts'
import { serve } from '../../src/server/serve.ts'
import { type Asked, type Said, type Serving, TURN_MS, type Vitals } from './message.ts'
import { spooledBelow, streams } from './streams.ts'

const CHUNK = 64 * 1024
const outcomes = { whole: 0, aborted: 0, streamed: 0, accepted: 0, together: 0, turns: 0, endedIn: 0 }

// Time in turns, as the server counts it: a process that the machine gave no time to has not let anybody
// wait.
setInterval(() => outcomes.turns++, TURN_MS).unref()

// What was accepted, told by Node itself: what the kernel alone has let in never reached this process.
// Of one size, for the soak has many clients.
const ports = new Uint8Array(65_536)
let open = 0
subscribe('net.server.socket', (message) => {
  const { socket } = message as { socket: Socket }
  if (socket.remotePort !== undefined) ports[socket.remotePort] = 1
  outcomes.accepted++
  outcomes.together = Math.max(outcomes.together, ++open)
  socket.once('close', () => {
    open--
    outcomes.endedIn = outcomes.turns
  })
})

const count = ({ aborted }: Outcome): void => {
  if (aborted) outcomes.aborted++
  else outcomes.whole++
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    outcomes.streamed += CHUNK
    yield new Uint8Array(CHUNK)
  }
}

const subject = app(async (method, path, headers, options, server) => {
  options.defer(count)
  switch (path) {
    case '/later':
      for (let at = 0; at < 5; at++) await turn()
      return text('later')
    case '/streamed':
      return [200, 'text/plain', {}, stream(Array.from({ length: 16 }, () => 'x'.repeat(4096)))]
    case '/endless':
      return [200, 'text/plain', {}, stream(endless())]
    case '/read':
      return text(String((await options.input.bytes()).byteLength))
    case '/flow': {
      let octets = 0
      for await (const piece of options.input.stream()) octets += piece.byteLength
      return text(String(octets))
    }
    default:
      return path.startsWith('/streams/')
        ? streams(method, path, headers, options, server)
        : text('missing', 404)
  }
})

// Most apps are promises to their ends; the road without one is another.
const both: typeof subject = (method, path, headers, options, server) => {
  if (path !== '/at-once') return subject(method, path, headers, options, server)
  options.defer(count)
  return text('at once')
}

const serving = JSON.parse(process.argv[2]!) as Serving
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const running = await serve(both, { ...serving, port: 0, log: silent })
const stopped = untilStopped(running, ['SIGTERM'])
process.on('message', (asked: Asked) => {
  if (asked === 'vitals') say({ said: 'vitals', vitals: vitals() })
  else say({ said: 'outcomes', outcomes })
})
say({ said: 'serving', port: running.port })
process.exitCode = await stopped
say({ said: 'stopped', accepted: [...ports.keys()].filter((port) => ports[port] === 1) })
// It ends by itself: nothing of the server may be left. The channel is ours.
process.disconnect()

function say(said: Said): void {
  process.send!(said)
}

function vitals(): Vitals {
  gc!()
  gc!() // what the first one made unreachable
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  return {
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
    resources,
    spooled: spooledBelow(),
    heap: heapUsed,
    buffers: external + arrayBuffers,
    resident: rss,
  }
}
