/** What gateways see of an app that may offer something else later. */
import { expect, test } from 'vitest'
import { silentLog } from '../call/log.ts'
import { naming } from '../call/names.ts'
import { text } from '../value/result.ts'
import { work } from './work.ts'

test('an app that is worked again and again is heard only as long as it is', async () => {
  const hearing = new Set<() => void>()
  const app = naming(() => text('hi'), {
    contract: null,
    invoke: () => Promise.resolve(),
    onRenewed: (hear) => {
      hearing.add(hear)
      return () => void hearing.delete(hear)
    },
  })
  for (let times = 0; times < 3; times++) {
    const working = await work(app, { listen: 'tcp://127.0.0.1:0', log: silentLog })
    expect(hearing.size).toBe(1)
    await working.close()
    expect(hearing.size).toBe(0)
  }
  const taken = await work(() => text('hi'), { listen: 'tcp://127.0.0.1:0', log: silentLog })
  await expect(work(app, { listen: taken.addresses, log: silentLog })).rejects.toMatchObject({
    code: 'setup_faulty',
  })
  expect(hearing.size, 'nor where it could not listen').toBe(0)
  await taken.close()
})
