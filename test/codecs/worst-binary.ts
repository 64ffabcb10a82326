/**
 * Bodies of so many bytes in CBOR and MessagePack that cost a reader most, each kind for another reason.
 *
 * @module
 */
type Octets = readonly number[]

/** A list of items, as many as fit behind its head, whose last four octets say how many. */
function filled(limit: number, head: number, item: (index: number) => Octets): Uint8Array {
  const body = new Uint8Array(limit)
  let size = 5
  let count = 0
  for (let one = item(0); size + one.length <= limit; one = item(++count)) {
    body.set(one, size)
    size += one.length
  }
  body[0] = head
  new DataView(body.buffer).setUint32(1, count)
  return body.subarray(0, size)
}

const octets = (text: string): Octets => [...new TextEncoder().encode(text)]

/** How a format says each of these, in one octet and what it counts. */
interface Heads {
  readonly list32: number
  readonly list: (items: number) => number
  readonly object: (members: number) => number
  readonly text: (length: number) => number
  readonly emptyBytes: Octets
  readonly double: Octets
}

const CBOR: Heads = {
  list32: 0x9a,
  list: (items) => 0x80 | items,
  object: (members) => 0xa0 | members,
  text: (length) => 0x60 | length,
  emptyBytes: [0x40],
  double: [0xf9, 0x00, 0x01],
}

const MSGPACK: Heads = {
  list32: 0xdd,
  list: (items) => 0x90 | items,
  object: (members) => 0x80 | members,
  text: (length) => 0xa0 | length,
  emptyBytes: [0xc4, 0x00],
  double: [0xca, 0x3f, 0xc0, 0x00, 0x01],
}

function kinds(heads: Heads): Readonly<Record<string, (size: number) => Uint8Array>> {
  const { list32, list, object, text, emptyBytes, double } = heads
  const every =
    (item: (index: number) => Octets) =>
    (size: number): Uint8Array =>
      filled(size, list32, item)
  const member = (name: string): Octets => [object(1), text(name.length), ...octets(name), 0]
  return {
    numbers: every(() => [7]),
    doubles: every(() => double),
    lists: every(() => [list(0)]),
    'lists of one': every(() => [list(1), 7]),
    'lists in lists': every(() => [...Array<number>(60).fill(list(1)), list(0)]),
    objects: every(() => [object(0)]),
    'objects in objects': every(() => [...Array.from({ length: 60 }, () => [object(1), text(0)]).flat(), 7]),
    'a new name in each object': every((index) => member(`a${index.toString(36)}`)),
    'byte strings': every(() => emptyBytes),
    'empty texts': every(() => [text(0)]),
    texts: every((index) => [text(4), ...octets(index.toString(36).padStart(4, '_'))]),
    'numbers as names': every(() => member('20')),
    'large numbers as names': every(() => member('1000')),
    'larger numbers as names': every(() => member('4000000')),
    'two large numbers as names': every(() => [
      object(2),
      text(4),
      ...octets('1000'),
      0,
      text(4),
      ...octets('2500'),
      0,
    ]),
    'numbers that run down as names': every(() => [
      object(3),
      ...['1000', '999', '998'].flatMap((name) => [text(name.length), ...octets(name), 0]),
    ]),
  }
}

export const WORST_CBOR = kinds(CBOR)
export const WORST_MSGPACK = kinds(MSGPACK)
