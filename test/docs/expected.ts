/**
 * Output of a command against the block that says what it is.
 *
 *   text   line by line, blanks at line ends aside; a line `...` stands for any lines, `...` in a
 *          line for anything in it
 *   json   compared as data: order of members and layout do not count
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'

/** True when `output` is as the block says. `language` is that of the block. */
export function isExpected(language: 'text' | 'json', expected: string, output: string): boolean {
  return language === 'json' ? sameData(expected, output) : pattern(expected).test(tidy(output))
}

function sameData(expected: string, output: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(output), JSON.parse(expected))
  } catch {
    return false
  }
}

function pattern(expected: string): RegExp {
  const lines = tidy(expected).split('\n')
  const parts = lines.map((line, at) => {
    const last = at === lines.length - 1
    if (line.trim() === '...') return last ? '[^]*' : '(?:.*\\n)*'
    const text = line
      .split('...')
      .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')
    return last ? text : `${text}\\n`
  })
  return new RegExp(`^${parts.join('')}$`)
}

/** Line feeds only, and no blanks at the ends of lines or of the whole. */
function tidy(text: string): string {
  return text.replace(/[ \t\r]+$/gm, '').trim()
}
