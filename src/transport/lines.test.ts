import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { eachLine } from './lines.ts'

/** What is told of pieces that come one after the other. */
async function told(...pieces: readonly (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = []
  const stream = new PassThrough()
  eachLine(stream, (line) => lines.push(line))
  const over = new Promise((resolve) => stream.once('close', resolve))
  for (const piece of pieces) stream.write(piece)
  stream.end()
  await over
  return lines
}

test('lines are told whole, wherever they are cut, and the last one without its end', async () => {
  expect(await told('on', 'e\ntw', 'o\r\n', '\n  \nthree')).toEqual(['one', 'two', 'three'])
  const euro = Buffer.from('\u20ac\n')
  expect(await told(euro.subarray(0, 1), euro.subarray(1))).toEqual(['\u20ac'])
})

test('a line of any length takes no more than 8,192 at once', async () => {
  const lines = await told(...Array.from({ length: 40 }, () => 'x'.repeat(1_000)), 'y\n', 'z')
  expect(lines.map((line) => line.length)).toEqual([8_192, 8_192, 8_192, 8_192, 7_233, 1])
})

test('what would change a terminal or pass for another line is escaped, and a tab is not', async () => {
  expect(await told('a\tb\x1b[31m\rc\x00\x9b\u2028d\n')).toEqual(['a\tb\\x1b[31m\\x0dc\\x00\\x9b\\u2028d'])
})
