/** How an upstream stands. */
import { expect, test } from 'vitest'
import { Standing } from './standing.ts'

const EJECT = { after: 2, forMs: 100, mostMs: 350 }
const HEALTH = { path: '/', intervalMs: 1, timeoutMs: 1, fall: 3, rise: 2 }

test('so many failures in a row are too many, and one answer begins anew', () => {
  const standing = new Standing(EJECT, null)
  expect([standing.failed(), standing.failed()]).toEqual([false, true])
  standing.worked(0)
  expect(standing.failed()).toBe(false)
  expect(new Standing(null, null).failed()).toBe(false)
})

test('each time in a row it is left alone for twice as long, up to a limit', () => {
  const standing = new Standing(EJECT, null)
  let now = 0
  for (const ms of [100, 200, 350, 350]) {
    expect(standing.leaveOut(now)).toBe(ms)
    expect([standing.isOut(now + ms - 1), standing.isOut(now + ms)]).toEqual([true, false])
    now += ms
  }
  standing.worked(now + 350) // not for long enough
  expect(standing.leaveOut(now + 350)).toBe(350)
  standing.worked(now + 700 + 351)
  expect(standing.leaveOut(now + 2_000)).toBe(100)
})

test('checks have to agree before they count', () => {
  const standing = new Standing(null, HEALTH)
  const say = (...checks: readonly boolean[]): boolean[] =>
    checks.map((well) => (standing.checked(well), standing.isWell))
  expect(say(false, false, true, false, false, false)).toEqual([true, true, true, true, true, false])
  expect(say(true, false, true, true)).toEqual([false, false, false, true])
})
