/**
 * Tables for a terminal: columns as wide as what is in them, without those that are empty.
 *
 * @module
 */

/** The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const shown = head
    .map((_, at) => body.some((row) => row[at] !== ''))
    .flatMap((full, at) => (full ? [at] : []))
  const widths = shown.map((at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows
    .map(
      (row) =>
        `${shown
          .map((at, index) => row[at]!.padEnd(widths[index]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
