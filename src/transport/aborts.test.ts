import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { onAbort, unlessAborted } from './aborts.ts'

test('every task runs once, in order, and one listener serves them all', () => {
  const { signal, abort } = aborting()
  const ran: number[] = []
  for (let at = 0; at < 50; at++) onAbort(signal, () => ran.push(at))
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  abort(new Error('gone'))
  abort(new Error('again'))
  expect(ran).toEqual(Array.from({ length: 50 }, (_, at) => at))
})

test('a task that was taken back does not run', () => {
  const { signal, abort } = aborting()
  const ran: string[] = []
  const forget = onAbort(signal, () => ran.push('first'))
  onAbort(signal, () => ran.push('second'))
  forget()
  forget()
  abort(new Error('gone'))
  expect(ran).toEqual(['second'])
})

test('a promise comes to what it comes to, unless the signal is aborted first: then to its reason', async () => {
  const { signal, abort } = aborting()
  expect(await unlessAborted(Promise.resolve(5), signal)).toBe(5)
  await expect(unlessAborted(Promise.reject(new Error('own')), signal)).rejects.toThrow('own')
  const waiting = unlessAborted(new Promise(() => {}), signal)
  abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(unlessAborted(new Promise(() => {}), signal)).rejects.toThrow('gone')
})

function aborting(): { readonly signal: AbortSignal; abort(reason: Error): void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) }
}
