/**
 * Bodies in other formats than JSON: CBOR, MessagePack, forms, parts of forms, JSON lines.
 *
 * @module
 */
import { decode as decodeMsgpackOracle } from '@msgpack/msgpack'
import { decode as decodeCborOracle } from 'cborg'
import { decodeCbor, encodeCbor } from '../../../src/codec/cbor.ts'
import { form as formFormat } from '../../../src/codec/form.ts'
import { DEFAULT_BOUNDS, type Entries, type Format } from '../../../src/codec/format.ts'
import { decodeJson } from '../../../src/codec/json.ts'
import { decodeLines } from '../../../src/codec/lines.ts'
import { decodeMsgpack, encodeMsgpack } from '../../../src/codec/msgpack.ts'
import { multipart as multipartFormat } from '../../../src/codec/multipart.ts'
import { MultipartParser } from '../../../src/codec/multipart-parser.ts'
import { type FaultCode, isFault } from '../../../src/fault.ts'
import { mediaType } from '../../../src/value/media-type.ts'
import { writeQuery } from '../../../src/value/write-query.ts'
import { octetsOf } from '../octets.ts'
import { cut, inPieces } from '../read-requests.ts'
import { holds, latin1Of, same, type Target, taken } from '../target.ts'

const REFUSALS: readonly FaultCode[] = ['body_malformed', 'body_too_complex', 'body_too_large']

interface Binary {
  readonly decode: (bytes: Uint8Array) => unknown
  readonly encode: (data: unknown) => Uint8Array
  /** Another reader, which takes more. */
  readonly oracle: (bytes: Uint8Array) => unknown
}

function binary(name: string, seeds: readonly string[], words: readonly string[], by: Binary): Target {
  return {
    name,
    holds: 'another reader gives the same data; data is of the domain, and read as it was written',
    seeds,
    words,
    check(octets) {
      const found = taken(REFUSALS, () => ({ data: by.decode(octets) }))
      if (found === null) return
      same('another reader gives the same', found.data, by.oracle(octets))
      domain(found.data, 0)
      const written = by.encode(found.data)
      // Zero has no sign once it was written.
      same('it is read as it was written', by.decode(written), unsigned(found.data))
      same('it is written as it was', by.encode(by.decode(written)), written)
    },
  }
}

function domain(data: unknown, depth: number): void {
  holds('it is no deeper than the limit', depth <= DEFAULT_BOUNDS.depth, () => depth)
  if (typeof data === 'number') holds('every number is finite', Number.isFinite(data), () => String(data))
  else if (typeof data === 'string') holds('every text is well formed', data.isWellFormed(), () => data)
  else if (Array.isArray(data)) for (const one of data) domain(one, depth + 1)
  else if (typeof data === 'object' && data !== null && !(data instanceof Uint8Array)) {
    for (const [name, one] of Object.entries(data)) {
      holds(
        'every name is well formed, and not __proto__',
        name.isWellFormed() && name !== '__proto__',
        () => name,
      )
      domain(one, depth + 1)
    }
  } else holds('it is of the domain', typeof data !== 'bigint' && data !== undefined, () => String(data))
}

function unsigned(data: unknown): unknown {
  if (data === 0) return 0
  if (Array.isArray(data)) return data.map(unsigned)
  if (typeof data !== 'object' || data === null || data instanceof Uint8Array) return data
  return Object.fromEntries(Object.entries(data).map(([name, one]) => [name, unsigned(one)]))
}

const DATA: readonly unknown[] = [
  { a: [1, -2.5e3, null, true, 'é\n'], b: { '': {} }, 7: 'x'.repeat(40) },
  [new Uint8Array([0, 255]), 1e300, -1, 65_536, -2_147_483_649, 2 ** 40],
  '😀',
  [[[[[[[[[[]]]]]]]]]],
]

export const cbor: Target = binary(
  'cbor',
  [...DATA.map((data) => latin1Of(encodeCbor(data))), '\xf9\x3e\x00', '\x1b\x00\x1f\xff\xff\xff\xff\xff\xff'],
  [
    '\x1b',
    '\x3b',
    '\x9a\x00\x00\x00',
    '\xba',
    '\x9f',
    '\xbf',
    '\xff',
    '\xc1',
    '\xf7',
    '\xf9\x7e\x00',
    '\x69__proto__',
    '\x61a',
  ],
  { decode: decodeCbor, encode: encodeCbor, oracle: (bytes) => decodeCborOracle(bytes) },
)

export const msgpack: Target = binary(
  'msgpack',
  [...DATA.map((data) => latin1Of(encodeMsgpack(data))), '\xcf\x00\x1f\xff\xff\xff\xff\xff\xff'],
  [
    '\xcf',
    '\xd3',
    '\xdd\x00\x00\x00',
    '\xdf',
    '\xdc',
    '\xc4',
    '\xc7',
    '\xd6\xff',
    '\xc1',
    '\xcb\x7f\xf8',
    '\xa9__proto__',
    '\xa1a',
  ],
  { decode: decodeMsgpack, encode: encodeMsgpack, oracle: (bytes) => decodeMsgpackOracle(bytes) },
)

const entriesOf = (format: Format, field: string, octets: Uint8Array): Entries =>
  format.decode(octets, mediaType(field)!, DEFAULT_BOUNDS) as Entries

export const form: Target = {
  name: 'form',
  holds: 'entries are those of URLSearchParams, and read as they were written',
  seeds: ['a=1&b=2&a=3', 'a+b=c%2Bd&&=', '%C3%A9=\xc3\xa9', '&'.repeat(50)],
  words: ['%', '%F0%9F%98%80', '%ED%A0%80', '&', '=', '+', '__proto__', '%5F_proto__', '\xef\xbb\xbf'],
  check(octets) {
    const read = (bytes: Uint8Array): Entries => entriesOf(formFormat, formFormat.mediaType, bytes)
    const entries = taken(REFUSALS, () => read(octets))
    if (entries === null) return
    const pairs = entries.map(([name, value]) => [name, String(value)] as const)
    for (const [name] of pairs) holds('no entry is named __proto__', name !== '__proto__', () => name)
    same('they are read as they were written', read(octetsOf(writeQuery(pairs))), entries)
    const text = new TextDecoder().decode(octets)
    // It drops a question mark and byte order marks.
    if (!/\ufeff/.test(pairs.flat().join()))
      same('URLSearchParams gives the same', [...new URLSearchParams(`&${text}`)], entries)
  },
}

const HEAD = 'Content-Disposition: form-data; name='

export const multipart: Target = {
  name: 'multipart',
  holds: 'cuts change nothing; no byte is in two parts; names hold no controls',
  seeds: [
    `--b\r\n${HEAD}a\r\n\r\n1\r\n--b\r\n${HEAD}"f"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\n\r\n--\r\n--b--\r\n`,
    `\r\n--b \r\n${HEAD}a; filename*=UTF-8''%C3%A9\r\n\r\n--b--`,
    '--b--',
  ],
  words: [
    '--b',
    '\r\n--b',
    '--b--',
    '\r\n\r\n',
    '--',
    HEAD,
    '; filename="',
    "; filename*=UTF-8''",
    'Content-Type: a/b',
    '\\"',
    '__proto__',
    ' \t',
  ],
  check(octets) {
    const whole = partsOf([octets])
    same('octet by octet as in one piece', partsOf(inPieces(octets, 1)), whole)
    same('cut anywhere as in one piece', partsOf(cut(octets, [octets[0] ?? 0, octets.length >> 1])), whole)
    const entries = taken(REFUSALS, () =>
      entriesOf(multipartFormat(), 'multipart/form-data; boundary=b', octets),
    )
    if (typeof whole === 'string')
      return holds('what is refused gives no entries', entries === null, () => entries)
    const bytes = whole.reduce((sum, { content }) => sum + content.length, 0)
    holds('no byte is in two parts', bytes <= octets.length, () => whole)
    for (const { name, filename } of whole) {
      const controls = /[\x00-\x08\x0a-\x1f\x7f]/.test(`${name}${filename ?? ''}`)
      holds('names hold no controls, and are not __proto__', !controls && name !== '__proto__', () => name)
    }
    if (entries !== null)
      holds('there are no more entries than parts', entries.length <= whole.length, () => entries)
  },
}

interface Part {
  readonly name: string
  readonly filename: string | null
  readonly content: string
}

/** The parts, or why there are none. */
function partsOf(pieces: Iterable<Uint8Array>): Part[] | string {
  const parser = new MultipartParser('b')
  const parts: Part[] = []
  let content = ''
  let head: Omit<Part, 'content'> | null = null
  try {
    for (const piece of pieces) {
      for (const event of parser.push(Uint8Array.from(piece))) {
        if (event.kind === 'bytes') content += latin1Of(event.bytes)
        else if (event.kind === 'head') head = event.head
        else {
          parts.push({ name: head!.name, filename: head!.filename, content })
          content = ''
        }
      }
    }
    parser.end()
  } catch (error) {
    if (isFault(error) && REFUSALS.includes(error.code)) return error.message
    throw error
  }
  return parts
}

export const lines: Target = {
  name: 'lines',
  holds: 'cuts change nothing; each item is what its line is by itself',
  seeds: ['{"a":1}\n[2,"\xc3\xa9"]\r\n\n"b"', '1\n2\n3\n', '\r\n \t\n{}'],
  words: ['\n', '\r\n', '{"', '":', '"\n"', '\\n', '\xef\xbb\xbf', '\xe2\x80\xa8'],
  async check(octets) {
    const whole = await itemsOf([octets])
    same('octet by octet as in one piece', await itemsOf(inPieces(octets, 1)), whole)
    same(
      'cut anywhere as in one piece',
      await itemsOf(cut(octets, [octets[0] ?? 0, octets.length >> 1])),
      whole,
    )
    const written = latin1Of(octets)
      .split('\n')
      .filter((line) => /[^ \t\r]/.test(line))
    const alone = written.slice(0, whole.items.length).map((line) => decodeJson(octetsOf(line)))
    same('each item is what its line is', alone, whole.items)
    holds(
      'all lines were read, or one was refused',
      whole.fault !== null || alone.length === written.length,
      () => whole,
    )
  },
}

interface Items {
  readonly items: readonly unknown[]
  readonly fault: string | null
}

async function itemsOf(pieces: Iterable<Uint8Array>): Promise<Items> {
  const items: unknown[] = []
  try {
    for await (const item of decodeLines(
      (async function* () {
        yield* pieces
      })(),
    ))
      items.push(item)
  } catch (error) {
    if (isFault(error) && REFUSALS.includes(error.code)) return { items, fault: error.message }
    throw error
  }
  return { items, fault: null }
}
