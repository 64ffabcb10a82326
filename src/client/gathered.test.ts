import { expect, test } from 'vitest'
import { utf8Bytes, utf8Text } from '../value/utf8.ts'
import { gathered } from './gathered.ts'

async function* each(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield utf8Bytes(text)
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<string[]> {
  const got: string[] = []
  for await (const piece of pieces) got.push(utf8Text(piece)!)
  return got
}

test('what comes at once is one piece', async () => {
  expect(await all(gathered(each('a', 'b', 'c')))).toEqual(['abc'])
  expect(await all(gathered(each()))).toEqual([])
})

test('what comes alone is sent alone, before the next is there', async () => {
  let more = (): void => {}
  const slow = async function* (): AsyncGenerator<Uint8Array> {
    yield utf8Bytes('a')
    await new Promise<void>((resolve) => (more = resolve))
    yield utf8Bytes('b')
  }
  const pieces = gathered(slow())
  expect(utf8Text((await pieces.next()).value!)).toBe('a')
  more()
  expect(utf8Text((await pieces.next()).value!)).toBe('b')
  expect((await pieces.next()).done).toBe(true)
})

test('large pieces are sent as they are, and small ones until they are large', async () => {
  const large = 'x'.repeat(64 * 1024)
  expect(await all(gathered(each(large, 'a', large, large)))).toEqual([large, `a${large}`, large])
})

test('a source that never waits lets others have their turn', async () => {
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) yield utf8Bytes('x')
  }
  let turns = 0
  setImmediate(() => turns++)
  const pieces = gathered(endless())
  await pieces.next()
  expect(turns).toBe(1)
  await pieces.return!()
})

test('what a source throws is told once what came before it is out, or at once', async () => {
  const broken = new Error('broken')
  const source = async function* (wait: boolean): AsyncGenerator<Uint8Array> {
    yield utf8Bytes('a')
    if (wait) await new Promise((resolve) => setTimeout(resolve, 20))
    throw broken
  }
  const pieces = gathered(source(true))
  expect(utf8Text((await pieces.next()).value!)).toBe('a')
  await expect(pieces.next()).rejects.toBe(broken)
  await expect(all(gathered(source(false)))).rejects.toBe(broken)
})
