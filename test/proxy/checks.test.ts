/** Checks of upstreams leave nothing behind, however often they are made. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { queryObjects } from 'node:v8'
import { serverFacts } from 'hagaki'
import { http } from 'hagaki/http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WAIT_MS } from '../wait.ts'

test('a check that is over is forgotten, its connection with it', async () => {
  let checks = 0
  const server = createServer((_, response) => {
    checks++
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const before = sockets()
  const { port } = server.address() as AddressInfo
  const { life } = http(`http://127.0.0.1:${port}`, { health: { path: '/readyz', interval: '1ms' } })
  await life!.open(serverFacts())
  onTestFinished(async () => {
    await life!.close()
    server.close()
  })
  await vi.waitFor(() => expect(checks).toBeGreaterThan(200), WAIT_MS)
  await vi.waitFor(() => expect(sockets() - before).toBeLessThan(50), WAIT_MS)
})

/** Connections that anybody can still reach. */
function sockets(): number {
  return queryObjects(Socket, { format: 'count' })
}
