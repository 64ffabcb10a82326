import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8Bytes } from '../value/utf8.ts'
import { decodeEvents, encodeEvent, encodeRetry, MAX_EVENT, type ServerSentEvent } from './sse.ts'

/** Reads octets in pieces of `size`. */
async function decode(
  octets: Uint8Array | string,
  size = Number.POSITIVE_INFINITY,
): Promise<ServerSentEvent[]> {
  const bytes = typeof octets === 'string' ? utf8Bytes(octets) : octets
  const cut = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const events: ServerSentEvent[] = []
  for await (const event of decodeEvents(cut())) events.push(event)
  return events
}

const message = (data: string, more: Partial<ServerSentEvent> = {}): ServerSentEvent => ({
  event: 'message',
  data,
  id: '',
  retryMs: null,
  ...more,
})

test('any data is read back, in one piece as in single octets', async () => {
  const data = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed())
  await fc.assert(
    fc.asyncProperty(fc.array(data, { maxLength: 3 }), fc.integer({ min: 1, max: 7 }), async (all, size) => {
      const octets = utf8Bytes(all.map((one) => encodeEvent(one)).join(''))
      // A line end is one, whichever it was.
      const expected = all.map((one) => message(one.replaceAll(/\r\n|\r/g, '\n')))
      expect(await decode(octets)).toEqual(expected)
      expect(await decode(octets, 1)).toEqual(expected)
      expect(await decode(octets, size)).toEqual(expected)
    }),
  )
})

test('any octets give the same events in one piece as in single octets', async () => {
  const line = fc.constantFrom(
    'data: a',
    'data:b',
    'data',
    ':c',
    'event: e',
    'id: 1',
    'x',
    '',
    'data:é',
    '\ufeff',
  )
  const end = fc.constantFrom('\n', '\r', '\r\n')
  const text = fc.array(fc.tuple(line, end), { maxLength: 20 }).map((all) => all.flat().join(''))
  const octets = fc.oneof(text.map(utf8Bytes), fc.uint8Array({ maxLength: 60 }))
  await fc.assert(
    fc.asyncProperty(octets, async (bytes) => {
      expect(await decode(bytes, 1)).toEqual(await decode(bytes))
    }),
  )
})

test('lines end with CR, LF or both (9.2.5)', async () => {
  for (const end of ['\n', '\r', '\r\n']) {
    const text = ['data: a', 'data: b', '', 'event: e', 'data: c', '', ''].join(end)
    expect(await decode(text), JSON.stringify(end)).toEqual([message('a\nb'), message('c', { event: 'e' })])
  }
})

test('an event is given when its blank line is here, also when that ends with CR', async () => {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield utf8Bytes('data: a\r\r')
    throw new Error('The event waited for more')
  }
  expect(await decodeEvents(chunks()).next()).toEqual({ done: false, value: message('a') })
})

test('fields are read as the standard says (9.2.6)', async () => {
  for (const [text, events] of [
    ['data\n\n', [message('')]],
    ['data:\n\n', [message('')]],
    ['data:  a \n\n', [message(' a ')]],
    ['data:a:b\n\n', [message('a:b')]],
    [': comment\ndata: a\n\n', [message('a')]],
    ['event: e\n\n', []],
    ['event: e\nevent:\ndata: a\n\n', [message('a')]],
    ['event: e\ndata: a\n\ndata: b\n\n', [message('a', { event: 'e' }), message('b')]],
    ['id: 1\nretry: 10\nother: x\ndata: a\n\n', [message('a', { id: '1', retryMs: 10 })]],
    // An id and a time to wait hold until there are others.
    [
      'id: 1\nretry: 10\n\ndata: a\n\ndata: b\n\n',
      [message('a', { id: '1', retryMs: 10 }), message('b', { id: '1', retryMs: 10 })],
    ],
    ['id: 1\nid\nretry: 10\nretry: 1e3\ndata: a\n\n', [message('a', { retryMs: 10 })]],
    ['id: 1\nid: a\0b\ndata: a\n\n', [message('a', { id: '1' })]],
    // A cut-off event's id was not seen.
    ['data: a\n\nid: 1\ndata: b', [message('a')]],
    ['DATA: a\ndata : b\n\n', []],
    ['\n\n\ndata: a\n\n', [message('a')]],
    ['\ufeffdata: a\n\n', [message('a')]],
  ] as const) {
    expect(await decode(text), JSON.stringify(text)).toEqual(events)
  }
})

test("what the stream's end cuts off is no event", async () => {
  for (const text of ['data: a', 'data: a\n', 'data: a\r', 'event: e\ndata: a\r\n']) {
    expect(await decode(text), JSON.stringify(text)).toEqual([])
  }
})

test('neither name nor data can begin another field or another event', async () => {
  const evil = 'x\r\rdata: injected\r\n\r\nevent: other\n\n'
  expect(await decode(encodeEvent('fine', evil))).toEqual([
    message('fine', { event: evil.replaceAll(/[\r\n]/g, ' ') }),
  ])
  expect(await decode(encodeEvent(evil))).toEqual([message(evil.replaceAll(/\r\n|\r/g, '\n'))])
})

test('an id is read back, and one that a reader could not name in a field is refused', async () => {
  for (const id of ['1', 'a b', ':', 'é🎴', 'data: x'])
    expect(await decode(encodeEvent('a', undefined, id)), id).toEqual([message('a', { id })])
  for (const id of [
    '',
    ' ',
    ' a',
    'a ',
    'a\nb',
    'a\r',
    'a\0',
    '\t',
    'a\u007f',
    '\ud800',
    1 as unknown as string,
  ])
    expect(() => encodeEvent('a', undefined, id), JSON.stringify(id)).toThrow(TypeError)
  expect(encodeEvent('a', undefined, null)).toBe('data: a\n\n')
})

test('a time to wait is whole milliseconds', async () => {
  expect(await decode(`${encodeRetry(1_500)}data: a\n\n`)).toEqual([message('a', { retryMs: 1_500 })])
  for (const ms of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => encodeRetry(ms), String(ms)).toThrow(TypeError)
})

test('an event may reach the limit and not exceed it', async () => {
  const room = MAX_EVENT - 'data:'.length
  expect((await decode(`data:${'a'.repeat(room)}\n\n`))[0]!.data.length).toBe(room)
  for (const text of [
    `data:${'a'.repeat(room + 1)}\n\n`,
    'a'.repeat(MAX_EVENT + 1),
    'data\n'.repeat(MAX_EVENT / 4 + 1),
  ]) {
    await expect(decode(text, 65_536), text.slice(0, 20)).rejects.toMatchObject({ code: 'body_too_large' })
  }
})

test('comments do not add up, however long the stream stays silent', async () => {
  expect(await decode(`${': still here\n'.repeat(100_000)}data: a\n\n`, 65_536)).toEqual([message('a')])
})

test('a line that comes in many pieces is read once and not again with every piece', async () => {
  const data = 'a'.repeat(MAX_EVENT - 10)
  expect(await decode(`data:${data}\n\n`, 16)).toEqual([message(data)])
})

test('octets that are not UTF-8 become U+FFFD (9.2.5)', async () => {
  expect(await decode(Uint8Array.from([...utf8Bytes('data:'), 0xff, 0x0a, 0x0a]))).toEqual([
    message('\ufffd'),
  ])
})

test('whoever stops reading ends the chunks', async () => {
  let ended = false
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield utf8Bytes('data: a\n\n')
    } finally {
      ended = true
    }
  }
  for await (const event of decodeEvents(chunks())) {
    expect(event).toEqual(message('a'))
    break
  }
  expect(ended).toBe(true)
})
