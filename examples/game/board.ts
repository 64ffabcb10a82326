/**
 * The board of noughts and crosses: nine cells, as text.
 *
 * @module
 */

export type Mark = 'x' | 'o'
/** A mark or a dot for each cell, row by row. */
export type Board = string

export const EMPTY: Board = '.........'

const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const

export function isFree(board: Board, cell: number): boolean {
  return board[cell] === '.'
}

export function marked(board: Board, cell: number, mark: Mark): Board {
  return board.slice(0, cell) + mark + board.slice(cell + 1)
}

/** Who has won; `nobody` when the board is full, null while it goes on. */
export function winner(board: Board): Mark | 'nobody' | null {
  for (const [a, b, c] of LINES) {
    const mark = board[a]!
    if (mark !== '.' && mark === board[b] && mark === board[c]) return mark as Mark
  }
  return board.includes('.') ? null : 'nobody'
}

/** As a console shows it: free cells by their numbers. */
export function drawn(board: Board): string {
  const cells = Array.from(board, (mark, at) => (mark === '.' ? String(at + 1) : mark.toUpperCase()))
  return [0, 3, 6].map((at) => cells.slice(at, at + 3).join(' ')).join('\n')
}
