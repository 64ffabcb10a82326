/**
 * What is going on, on stderr: one line that is written over on a terminal, elsewhere a line per row.
 *
 * @module
 */
export interface Progress {
  /** What happens now. On a terminal alone. */
  readonly step: (text: string) => void
  /** A new part begins. */
  readonly part: (text: string) => void
  /** Clears the line. */
  readonly end: () => void
}

interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export function progressOn(output: Output): Progress {
  const terminal = output.isTTY === true
  const show = (text: string): void => {
    output.write(`\r\x1b[K${text.slice(0, (output.columns ?? 80) - 1)}`)
  }
  return {
    step: (text) => {
      if (terminal) show(text)
    },
    part: (text) => {
      if (terminal) show(text)
      else output.write(`${text}\n`)
    },
    end: () => {
      if (terminal) output.write('\r\x1b[K')
    },
  }
}
