import { expect, test } from 'vitest'
import { Board } from './board.ts'
import type { Card } from './card.ts'

const card = (id: number): Card => ({
  id,
  text: 'x',
  from: 'a',
  to: 'b',
  at: '2026-11-20T11:30:00.000Z',
  by: null,
  picture: null,
})

function hung(room: number, ...ids: readonly number[]): Board {
  const board = new Board(room)
  for (const id of ids) board.take(card(id))
  return board
}

const ids = (cards: readonly Card[]): number[] => cards.map(({ id }) => id)

test('pages run from the newest card to the oldest, and no card is on two of them', () => {
  const board = hung(10, 1, 2, 4, 5, 9)
  expect(ids(board.before(Infinity, 2))).toEqual([9, 5])
  expect(ids(board.before(5, 2))).toEqual([4, 2])
  expect(ids(board.before(2, 2))).toEqual([1])
  expect(ids(board.before(1, 2))).toEqual([])
})

test('readers go on from any number, whether its card still hangs or not', () => {
  const board = hung(10, 1, 2, 4)
  board.take({ removed: 2 })
  expect([0, 1, 2, 3, 4].map((id) => board.after(id)?.id)).toEqual([1, 4, 4, 4, undefined])
})

test('a board keeps as many cards as it has room for, and says how far it forgot', () => {
  expect(hung(3, 1, 2, 3)).toMatchObject({ size: 3, fallen: 0, newest: 3 })
  const board = hung(3, 1, 2, 5, 6, 7)
  expect(board).toMatchObject({ size: 3, fallen: 2, newest: 7 })
  expect(board.find(2)).toBeUndefined()
})

test('numbers only rise, and only what was put up can be taken down', () => {
  const board = hung(3, 1, 5)
  for (const id of [5, 4]) expect(() => board.take(card(id))).toThrow(`card ${id} comes after card 5`)
  expect(() => board.take({ removed: 6 })).toThrow('card 6 is taken down and was never put up')
  board.take({ removed: 5 })
  board.take({ removed: 5 }) // by two keepers at once
  expect(() => board.take(card(5))).toThrow()
  expect(board.size).toBe(1)
})
