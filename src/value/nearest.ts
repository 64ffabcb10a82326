/**
 * "Did you mean": the known word nearest to what was typed.
 *
 * @module
 */

/** The nearest of `known`, or null when none is near: a third of the word may differ. */
export function nearest(typed: string, known: readonly string[]): string | null {
  let best: string | null = null
  let least = Math.floor(Math.max(typed.length, 3) / 3) + 1
  for (const word of known) {
    const away = distance(typed, word)
    if (away < least) {
      best = word
      least = away
    }
  }
  return best
}

/** How many letters to insert, delete, replace or swap with their neighbour (Damerau, restricted). */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)]
  for (let y = 1; y <= from.length; y++) {
    const row = [y]
    for (let x = 1; x <= to.length; x++) {
      const same = from[y - 1] === to[x - 1]
      row[x] = Math.min(row[x - 1]! + 1, rows[y - 1]![x]! + 1, rows[y - 1]![x - 1]! + (same ? 0 : 1))
      if (y > 1 && x > 1 && from[y - 1] === to[x - 2] && from[y - 2] === to[x - 1])
        row[x] = Math.min(row[x]!, rows[y - 2]![x - 2]! + 1)
    }
    rows.push(row)
  }
  return rows[from.length]![to.length]!
}
