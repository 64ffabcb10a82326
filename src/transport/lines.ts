/**
 * What a child process writes on its standard error, line by line.
 *
 * @module
 */
import type { Readable } from 'node:stream'

/** Code units of one line: what is longer goes on in the next one. */
const MAX_LINE = 8_192

/**
 * Tells each line that has anything in it, without its end. Control characters but for tabs are written as
 * escapes: what an app says of a request must not pass for a line of its own.
 */
export function eachLine(readable: Readable, say: (line: string) => void): void {
  let rest = ''
  const tell = (line: string): void => {
    if (line.trim() !== '') say(escaped(line.trimEnd()))
  }
  readable.setEncoding('utf8')
  readable.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) for (const piece of pieces(line)) tell(piece)
    while (rest.length >= MAX_LINE) {
      tell(rest.slice(0, MAX_LINE))
      rest = rest.slice(MAX_LINE)
    }
  })
  const last = (): void => {
    tell(rest)
    rest = ''
  }
  readable.on('end', last)
  readable.on('close', last) // it may be let go of before its end
  readable.on('error', () => {})
}

function* pieces(line: string): Generator<string> {
  for (let at = 0; at < line.length; at += MAX_LINE) yield line.slice(at, at + MAX_LINE)
}

function escaped(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  return line.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, (one) => {
    const code = one.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`
  })
}
