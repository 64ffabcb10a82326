import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMs } from '../../test/cpu-time.ts'
import { isFault } from '../fault.ts'
import { joinBytes } from '../value/utf8.ts'
import { DEFAULT_PART_LIMITS, MultipartParser, type PartLimits } from './multipart-parser.ts'

interface Part {
  readonly name: string
  readonly filename: string | null
  readonly type: string | null
  readonly text: string
}

const octetsOf = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0))
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Parts of a body of one code unit for each octet, pushed in pieces of `size`. */
function parse(
  body: string | Uint8Array,
  size = Number.POSITIVE_INFINITY,
  boundary = 'b',
  limits?: PartLimits,
): Part[] {
  const bytes = typeof body === 'string' ? octetsOf(body) : body
  const parser = new MultipartParser(boundary, limits)
  const parts: Part[] = []
  let pieces: Uint8Array[] | null = null
  for (let at = 0; at < bytes.length; at += size) {
    for (const event of parser.push(bytes.slice(at, at + size))) {
      if (event.kind === 'head') {
        expect(pieces).toBeNull()
        pieces = []
        const { name, filename, type } = event.head
        parts.push({ name, filename, type: type?.essence ?? null, text: '' })
      } else if (event.kind === 'bytes') {
        expect(event.bytes.length).toBeGreaterThan(0)
        pieces!.push(event.bytes)
      } else {
        const last = parts.pop()!
        parts.push({ ...last, text: textOf(joinBytes(pieces!)) })
        pieces = null
      }
    }
  }
  parser.end()
  expect(pieces).toBeNull()
  return parts
}

const part = (text: string, name = 'a'): string =>
  `--b\r\ncontent-disposition: form-data; name=${name}\r\n\r\n${text}\r\n`
const END = '--b--'
const text = (value: string, name = 'a'): Part => ({ name, filename: null, type: null, text: value })

/** In one piece, octet by octet, and by threes. */
function gives(body: string, parts: readonly Part[]): void {
  for (const size of [Number.POSITIVE_INFINITY, 1, 3])
    expect(parse(body, size), JSON.stringify(body)).toEqual(parts)
}

function refuses(body: string, reason: RegExp, code = 'body_malformed'): void {
  for (const size of [Number.POSITIVE_INFINITY, 1, 3]) {
    let caught: unknown
    try {
      parse(body, size)
    } catch (error) {
      caught = error
    }
    expect(caught, JSON.stringify(body)).toMatchObject({ code, message: expect.stringMatching(reason) })
  }
}

test('parts come in the order sent, with their bytes as they are (RFC 2046 5.1.1)', () => {
  gives(`${part('1')}${part('2', 'b')}${part('3')}${END}`, [text('1'), text('2', 'b'), text('3')])
  for (const content of [
    '',
    '\r\n',
    '\r',
    '\n',
    '-',
    '--',
    '\n--b',
    '\r--b',
    'x--b',
    '\r\n-',
    '\r\n--',
    '\r\n-b',
    '\r\r\n',
    '\r\n\r\n--a',
    '\0\xff\x80',
  ])
    gives(`${part(content)}${part('x')}${END}`, [text(content), text('x')])
})

test('a part without bytes may end by the line end of its head (RFC 2046 5.1.1)', () => {
  gives('--b\r\ncontent-disposition: form-data; name=a\r\n\r\n--b--', [text('')])
  gives(`--b\r\ncontent-disposition: form-data; name=a\r\n\r\n${part('1')}${END}`, [text(''), text('1')])
  gives(`--b\r\ncontent-disposition: form-data; name=a\r\n\r\n\r\n\r\n${END}`, [text('\r\n')])
})

test('a form may have no part', () => {
  gives(END, [])
  gives(`${END}\r\n`, [])
})

test('a line end before the first boundary, spaces behind one, and a line end behind the last are no content', () => {
  gives(`\r\n${part('1')}${END}`, [text('1')])
  gives(`${part('1').replace('--b\r', '--b \t \r')}${END} \t\r\n`, [text('1')])
})

test('what is in front of the first boundary or behind the last is malformed', () => {
  for (const before of ['x', 'preamble\r\n', '\n', '\r\n\r\n', ' ', '-', '--a\r\n'])
    refuses(`${before}${part('1')}${END}`, /before its first boundary/)
  for (const behind of ['x', '\n', '\r\nx', '\r\n\r\n', '\rx', '-', '\r\n--b--'])
    refuses(`${part('1')}${END}${behind}`, /behind its last boundary/)
})

test('a boundary with more behind it on its line is malformed, and no content', () => {
  refuses(`${part('1\r\n--bc')}${END}`, /more stands behind a boundary/)
  refuses(`--b -\r\n`, /more stands behind a boundary/)
  refuses(`--b-x`, /more stands behind a boundary/)
  refuses(`--b\n`, /more stands behind a boundary/)
  refuses(`--b\rx`, /not followed by CRLF/)
})

test('a body that is cut off anywhere is malformed', () => {
  const whole = `${part('1')}${part('2', 'b')}${END}`
  for (let size = 0; size < whole.length; size++) refuses(whole.slice(0, size), /./)
  gives(whole, [text('1'), text('2', 'b')])
})

test('a boundary is 1 to 70 characters of its alphabet, without a space at its end (RFC 2046 5.1.1)', () => {
  for (const boundary of ['a', "0'()+_,-./:=?Z", 'a b', 'x'.repeat(70), '----WebKitFormBoundaryABC'])
    expect(parse(`--${boundary}--`, 1, boundary), boundary).toEqual([])
  for (const boundary of [undefined, '', 'x'.repeat(71), 'a ', ' ', 'a\r', 'a"', 'é', 'a;b', 'a\n--b'])
    expect(() => new MultipartParser(boundary), String(boundary)).toThrow(
      expect.objectContaining({ code: 'body_malformed' }),
    )
})

test('parts and heads may reach their limits and not exceed them', () => {
  const limits = { parts: 3, head: 60 }
  const head = 'content-disposition: form-data; name=a\r\n'
  const padded = (size: number): string => `--b\r\n${head}x:${'y'.repeat(size - head.length - 6)}\r\n\r\n\r\n`
  for (const size of [1, 1_000]) {
    expect(parse(`${part('1').repeat(3)}${END}`, size, 'b', limits)).toHaveLength(3)
    expect(() => parse(`${part('1').repeat(4)}${END}`, size, 'b', limits)).toThrow(
      expect.objectContaining({ code: 'body_too_complex', detail: { what: 'parts', limit: 3 } }),
    )
    for (const head of [59, 60]) expect(parse(`${padded(head)}${END}`, size, 'b', limits)).toHaveLength(1)
    expect(() => parse(`${padded(61)}${END}`, size, 'b', limits)).toThrow(
      expect.objectContaining({ code: 'body_too_complex', detail: { what: 'head', limit: 60 } }),
    )
  }
  expect(() => parse(`${part('').repeat(1_001)}${END}`)).toThrow(
    expect.objectContaining({ detail: { what: 'parts', limit: 1_000 } }),
  )
  expect(DEFAULT_PART_LIMITS.parts).toBe(1_000)
})

test('what looks like a boundary over and over costs no more than its bytes, and makes one event', () => {
  const boundary = 'b'.repeat(70)
  const head = octetsOf(`--${boundary}\r\ncontent-disposition: form-data; name=a\r\n\r\n`)
  for (const unit of ['\r', '\r\n', '\r\n-', `\r\n--${'b'.repeat(69)}`, '\n\r\n--']) {
    const parser = new MultipartParser(boundary)
    parser.push(head)
    const content = octetsOf(unit.repeat(Math.floor(1_000_000 / unit.length)))
    let events = 0
    const took = cpuMs(() => (events = parser.push(content).length))
    expect(took, JSON.stringify(unit)).toBeLessThan(500)
    expect(events, JSON.stringify(unit)).toBeLessThan(4)
  }
})

test('any cutting gives the same parts, or the same refusal', () => {
  const outcome = (bytes: Uint8Array, size: number): unknown => {
    try {
      return parse(bytes, size)
    } catch (error) {
      if (!isFault(error)) throw error
      return error.message
    }
  }
  const token = fc.constantFrom(
    '--b',
    '\r\n',
    '\r',
    '\n',
    '-',
    '--',
    'b',
    ' ',
    'content-disposition: form-data; name=a',
    'x: y',
    'content-type: a/b',
    ';filename="c"',
    'text',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(token, { maxLength: 20 }), fc.nat(4), (tokens, size) => {
      for (const body of [tokens.join(''), `${part(tokens.join(''))}${END}`]) {
        const whole = outcome(octetsOf(body), 10_000)
        expect(outcome(octetsOf(body), 1)).toEqual(whole)
        expect(outcome(octetsOf(body), size + 2)).toEqual(whole)
      }
    }),
    { numRuns: 500 },
  )
})

test('any bytes that hold no boundary are read back', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), fc.nat(6), (all, size) => {
      const body = all.map((bytes) => part(textOf(bytes))).join('') + END
      fc.pre(all.every((bytes) => !textOf(bytes).includes('--b')))
      expect(parse(body, size + 1)).toEqual(all.map((bytes) => text(textOf(bytes))))
    }),
  )
})
