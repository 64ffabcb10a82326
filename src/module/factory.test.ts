import { expect, test, vi } from 'vitest'
import { life, living } from '../call/life.ts'
import type { App, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { stream, text } from '../value/result.ts'
import { appOf, namesParameters } from './factory.ts'

const hello: App = (method) => text(method)

test('a function that names a parameter, however, is an app and is not called', async () => {
  // biome-ignore-start lint: each is a way to name one
  const table: ((...args: never[]) => unknown)[] = [
    (_method: string) => null,
    (_method = 'GET') => null,
    (..._call: unknown[]) => null,
    async ({ length: _ } = { length: 1 } as never) => null,
    async function named(/* the method */ _method?: string) {},
    function (
      // the method
      _method = 'GET',
    ) {},
    { method(..._call: unknown[]) {} }.method,
  ]
  // biome-ignore-end lint: each is a way to name one
  for (const fn of table) {
    expect(namesParameters(fn), String(fn)).toBe(true)
    const spied = Object.defineProperty(vi.fn(fn), 'length', { value: 1 }) as unknown as App
    expect(await appOf(spied, 'app.ts')).toBe(spied)
    expect(spied).not.toHaveBeenCalled()
  }
})

test('a function that names none is asked once: what it returns or promises is the app', async () => {
  for (const factory of [
    () => hello,
    async () => hello,
    async function make(/* nothing */) {
      return hello
    },
  ]) {
    expect(namesParameters(factory), String(factory)).toBe(false)
    expect(await appOf(factory, 'app.ts')).toBe(hello)
  }
})

test('a function that names none and returns a result is an app, and its body is let go of', async () => {
  let left = false
  const endless = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: false, value: 'x' }),
      return: () => {
        left = true
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
  for (const one of [
    () => text('hi'),
    async () => text('hi'),
    (): Result => [200, null, {}, stream(endless as never)],
  ])
    expect(await appOf(one, 'app.ts')).toBe(one)
  expect(left).toBe(true)
})

test('an app with a life is not asked, even when it names no parameter', async () => {
  const alive = living(
    () => {
      throw new Error('called')
    },
    [],
    life(
      () => {},
      () => {},
    ),
  )
  expect(await appOf(alive, 'app.ts')).toBe(alive)
})

test('a factory that makes no app, or fails, is refused with what to write', async () => {
  const broken = new Error('no disk')
  for (const nothing of [() => undefined, async () => ({}), () => 'hello', () => null])
    await expect(appOf(nothing, 'app.ts')).rejects.toThrow(
      /^app\.ts: its default export takes no request, and made no app\. Return the app: /,
    )
  const fail = appOf(() => Promise.reject(broken), 'app.ts')
  await expect(fail).rejects.toThrow(/^app\.ts: its factory failed: no disk\. It has to make the app/)
  await expect(fail).rejects.toHaveProperty('cause', broken)
  const fault = new Fault('setup_faulty', { what: 'mount', reason: 'r', fix: 'f' })
  await expect(
    appOf(() => {
      throw fault
    }, 'app.ts'),
  ).rejects.toBe(fault)
})
