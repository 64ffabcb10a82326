/** Calls that compute and come together: each has its answer before the next one is begun, on every road. */
import { join } from 'node:path'
import { isolated } from 'hagaki/isolate'
import { nats } from 'hagaki/nats'
import { type ByName, socket } from 'hagaki/socket'
import { webSocket } from 'hagaki/websocket'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Command, Place } from '../cli/command.ts'
import { NatsServer } from '../nats/server.ts'

const SUMS = new URL('modules/sums.ts', import.meta.url).href
const APP = `
import { mount } from 'hagaki'
import { overWebSocket } from 'hagaki/websocket'
import sums from '${SUMS}'
export { sums }
export default mount({ '/ws': overWebSocket(sums) })
`

type Far = ByName & { close(): Promise<void> }

const roads: Record<string, (place: Place) => Promise<Far>> = {
  threads: () =>
    Promise.resolve(isolated(new URL('modules/sums.ts', import.meta.url), { threads: 1, timeout: '2s' })),
  socket: async (place) => {
    const command = Command.start(place, ['work', 'app.ts:sums', '--listen', 'unix:app.sock'])
    await command.says(/on unix:/)
    return socket(`unix:${join(place.folder, 'app.sock')}`, { timeout: '2s' })
  },
  WebSocket: async (place) => {
    const { url } = await Command.serve(place, 'app.ts')
    return webSocket(`${url.replace('http', 'ws')}/ws`, { timeout: '2s' })
  },
  NATS: async (place) => {
    const { url } = await NatsServer.start(onTestFinished)
    const command = Command.start(place, ['work', 'app.ts:sums', '--over', url, '--name', 'sums'])
    await command.says(/as sums/)
    return nats(url, 'sums', { timeout: '2s' })
  },
}

describe.each(Object.keys(roads))('over %s', (road) => {
  test.each([
    ['what is computed is answered, whatever else was asked in the same moment', ['spin', 'blink', 'loop']],
    ['what is done is answered where another computes, and then waits', ['where', 'stall', 'loop']],
  ])('%s', async (_, names) => {
    const far = await roads[road]!(new Place(onTestFinished, { 'app.ts': APP }))
    onTestFinished(() => far.close())
    const where = await far.invoke('where')
    const answers = await Promise.allSettled(names.map((name) => far.invoke(name)))
    const expected = { spin: 20, blink: 2, where }
    expect(answers).toMatchObject(
      names.map((name) =>
        name in expected ? { value: expected[name as keyof typeof expected] } : { reason: { name: 'Fault' } },
      ),
    )
  })
})
