/** The house that is full: boards that everybody left make room, those that are played do not. */
import { expect, test } from 'vitest'
import { HouseFull, Matches, SeatUnknown } from './matches.ts'

test('a full house turns players away, and lets them in once a board was left', () => {
  let nowMs = 0
  const matches = new Matches(() => nowMs)
  const [first, second] = [matches.join('anna'), matches.join('bert')]
  for (let at = 1; at < 10_000; at++) {
    matches.join('x')
    matches.join('o')
  }
  expect(() => matches.join('carl')).toThrow(expect.objectContaining({ code: 'house_full' }) as Error)
  expect(HouseFull.code).toBe('house_full')
  nowMs = 5 * 60_000
  expect(matches.move(first.key, 0).board).toBe('x........')
  nowMs = 11 * 60_000 // all but the first were left longer than ten minutes ago
  expect(matches.join('carl').mark).toBe('x')
  expect(matches.move(second.key, 1).board).toBe('xo.......')
  expect(() => matches.move('none', 1)).toThrow(expect.objectContaining({ code: SeatUnknown.code }) as Error)
})
