/** What waits for the end of a turn, to be sent as one message. */
import { expect, test } from 'vitest'
import { silentLog } from '../../call/log.ts'
import { Broker, type Flushed } from './broker.ts'
import { natsSettings } from './settings.ts'

test('what comes to be sent while others are sent is sent as well, also of who was sent before', async () => {
  const settings = natsSettings('nats://127.0.0.1:1', {}, 'a test')
  const broker = new Broker(settings, 'a test', { up: () => {}, down: () => {} }, silentLog)
  const sent: string[] = []
  const first: Flushed = { flush: () => void sent.push('first') }
  const late: Flushed = { flush: () => void sent.push('late') }
  const second: Flushed = {
    flush: () => {
      sent.push('second')
      broker.later(first)
      broker.later(late)
    },
  }
  broker.later(first)
  broker.later(second)
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toEqual(['first', 'second', 'first', 'late'])
})
