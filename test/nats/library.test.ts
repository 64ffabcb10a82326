/** `nats` where its library is not installed. */
import { Fault } from 'hagaki'
import { nats } from 'hagaki/nats'
import { expect, test, vi } from 'vitest'

vi.mock('../../src/transport/nats/peer-library.ts', () => ({
  loadNats: () =>
    Promise.reject(
      new Fault('setup_faulty', { what: 'nats(notes)', reason: 'it is not there', fix: 'Install it' }),
    ),
}))

test('each call says so, and leaves nothing behind', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const transport = nats('nats://127.0.0.1:4222', 'notes')
  for (let at = 0; at < 3; at++)
    await expect(transport.invoke('read')).rejects.toMatchObject({ code: 'setup_faulty' })
  expect(vi.getTimerCount()).toBe(0)
})
