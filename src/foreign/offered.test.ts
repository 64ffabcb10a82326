import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { Offered } from './offered.ts'

/** What a worker says that it offers: one handler. */
function offer(name: string): object {
  return { hagaki: 1, guards: {}, services: {}, handlers: { [name]: { verb: 'reads', path: `/${name}` } } }
}

/** A worker whose answers are given by hand. */
function worker(): { readonly offered: Offered; readonly answers: PromiseWithResolvers<unknown>[] } {
  const answers: PromiseWithResolvers<unknown>[] = []
  const offered = new Offered("python('notes:service')", () => {
    const answer = withResolvers()
    answers.push(answer)
    return answer.promise
  })
  return { offered, answers }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function withResolvers(): PromiseWithResolvers<unknown> {
  let settle!: Omit<PromiseWithResolvers<unknown>, 'promise'>
  const promise = new Promise<unknown>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...settle }
}

test('what is offered is asked once, and is there from then on', async () => {
  const { offered, answers } = worker()
  const both = [offered.service(), offered.service()]
  expect([answers.length, offered.now]).toEqual([1, null])
  answers[0]!.resolve(offer('first'))
  const [one, other] = await Promise.all(both)
  expect(Object.keys(one!.contract.handlers)).toEqual(['first'])
  expect([other, offered.now]).toEqual([one, one])
})

test('an answer from before the app was loaded anew takes the place of none from after it', async () => {
  const { offered, answers } = worker()
  const before = offered.service()
  const after = offered.renew()
  answers[1]!.resolve(offer('second'))
  answers[0]!.resolve(offer('first'))
  await before
  expect(offered.now).toBe(await after)
})

test('while a worker that was loaded anew is asked, what the one before had offered is served to nobody', async () => {
  const { offered, answers } = worker()
  const before = offered.service()
  answers[0]!.resolve(offer('first'))
  await before
  void offered.renew()
  expect(offered.now).toBe(null)
})

test('one that does not answer is asked again by the next call', async () => {
  const { offered, answers } = worker()
  const first = offered.service()
  answers[0]!.reject(new Fault('call_lost', { to: 'it' }))
  await expect(first).rejects.toMatchObject({ code: 'call_lost' })
  const second = offered.service()
  answers[1]!.resolve(offer('second'))
  expect(await second).toBe(offered.now)
})
