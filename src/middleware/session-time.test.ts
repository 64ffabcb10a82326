/** How long a session lasts, and the secrets that seal it. */
import { expect, test } from 'vitest'
import { NEW, OLD, shopping } from '../../test/middleware/cart.ts'

const DAY = 86_400_000

test('a session ends when it is not written for `maxAge`, whatever the browser keeps', async () => {
  const browser = shopping({ maxAge: '10d', renew: '10d' })
  await browser.get('/add/ink')
  const cookie = new Map(browser.jar)
  for (const [ms, seen] of [
    [-DAY, null],
    [-240_000, { items: ['ink'] }],
    [10 * DAY - 1, { items: ['ink'] }],
    [10 * DAY, null],
    [10 * DAY + 1, null],
  ] as const) {
    const later = shopping({ maxAge: '10d', renew: '10d' })
    later.nowMs = browser.nowMs + ms
    for (const [name, value] of cookie) later.jar.set(name, value)
    expect([await later.get('/'), later.lines], String(ms)).toEqual([seen, []])
  }
})

test('a session in use is written anew once it is older than `renew`, and not before', async () => {
  const browser = shopping({ maxAge: '10d' })
  await browser.get('/add/ink')
  for (let day = 0; day < 30; day++) {
    browser.nowMs += DAY - 1
    expect([await browser.get('/'), browser.lines]).toEqual([{ items: ['ink'] }, []])
    browser.nowMs += 1
    expect(await browser.get('/')).toEqual({ items: ['ink'] })
    expect(browser.lines).toEqual([expect.stringContaining('; Max-Age=864000;')])
  }
})

test('`lifetime` ends a session whatever happens, and its cookie with it', async () => {
  const browser = shopping({ maxAge: '10d', lifetime: '12d' })
  await browser.get('/add/1')
  browser.nowMs += 9 * DAY
  await browser.get('/add/2')
  expect(browser.lines).toEqual([expect.stringContaining(`; Max-Age=${3 * 86_400};`)])
  browser.nowMs += 3 * DAY - 1
  // It ends in a moment: to write it anew would win nothing.
  expect([await browser.get('/'), browser.lines]).toEqual([{ items: ['1', '2'] }, []])
  browser.nowMs += 1
  expect(await browser.get('/')).toBeNull()
  expect(await browser.get('/add/3')).toEqual({ items: ['3'] })
  expect(browser.lines).toEqual([expect.stringContaining(`; Max-Age=${10 * 86_400};`)])
})

test('a secret changes without a session lost: what an older one sealed is sealed anew by the first', async () => {
  const browser = shopping({ secrets: [OLD] })
  await browser.get('/add/ink')
  const both = shopping({ secrets: [NEW, OLD] })
  for (const [name, value] of browser.jar) both.jar.set(name, value)
  expect([await both.get('/'), both.lines.length]).toEqual([{ items: ['ink'] }, 1])
  expect([await both.get('/'), both.lines.length]).toEqual([{ items: ['ink'] }, 0])
  const fresh = shopping({ secrets: [NEW] })
  for (const [name, value] of both.jar) fresh.jar.set(name, value)
  expect(await fresh.get('/')).toEqual({ items: ['ink'] })
})
