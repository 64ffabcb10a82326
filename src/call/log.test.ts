import { afterEach, expect, test, vi } from 'vitest'
import { consoleLog, silentLog, thrownText } from './log.ts'

afterEach(() => vi.restoreAllMocks())

test('a message is a line on standard error: time, level, message, fields, and the trace of an error', () => {
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
  consoleLog.debug({ a: 1 }, 'unheard')
  consoleLog.info({}, 'started')
  consoleLog.warn({ port: 1 }, 'odd')
  consoleLog.error({ err: new Error('no'), path: '/a' }, 'The app threw')
  consoleLog.error({ err: 'text' })
  expect(lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual([
    'info started',
    'warn odd {"port":1}',
    expect.stringMatching(/^error The app threw \{"path":"\/a"\}\nError: no\n {4}at /),
    'error \ntext',
  ])
})

test('the silent log says nothing', () => {
  const said = vi.spyOn(console, 'error')
  for (const say of Object.values(silentLog) as ((fields: object) => void)[]) say({})
  expect(said).not.toHaveBeenCalled()
})

test('what is thrown and is no error is told by its message, or by the names of its members', () => {
  const odd = { toString: () => 'odd' }
  const hostile = { toString: () => raise() }
  for (const [thrown, said] of [
    ['text', 'text'],
    [undefined, 'undefined'],
    [{ statusCode: 404, message: 'no such invoice' }, 'an object that is no Error: no such invoice'],
    [{ statusCode: 404, token: 'secret' }, 'an object that is no Error: its members are statusCode, token'],
    [Object.create(null), 'an object that is no Error: its members are none'],
    [odd, 'odd'],
    [hostile, 'what cannot be shown'],
  ])
    expect(thrownText(thrown)).toBe(said)
})

function raise(): never {
  throw new Error('no')
}
