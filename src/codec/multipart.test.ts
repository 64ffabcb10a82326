import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { DEFAULT_BOUNDS, type Entries } from './format.ts'
import { multipart } from './multipart.ts'

const decode = (
  body: Uint8Array | string,
  field = 'multipart/form-data; boundary=b',
  format = multipart(),
): Entries =>
  format.decode(
    typeof body === 'string' ? utf8Bytes(body) : body,
    mediaType(field)!,
    DEFAULT_BOUNDS,
  ) as Entries

/** What the platform's own `FormData` writes. */
async function written(form: FormData): Promise<readonly [Uint8Array, type: string]> {
  const request = new Request('http://a/', { method: 'POST', body: form })
  return [
    (await request.bytes?.()) ?? new Uint8Array(await request.arrayBuffer()),
    request.headers.get('content-type')!,
  ]
}

const part = (disposition: string, text: string, ...fields: string[]): string =>
  `--b\r\ncontent-disposition: form-data; ${disposition}\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n${text}\r\n`
const body = (...parts: string[]): string => `${parts.join('')}--b--\r\n`
const file = (text: string, name = 'f'): string => part(`name=${name}; filename=x`, text)

test('texts and files come in the order sent, repeated names too', async () => {
  const entries = decode(
    body(
      part('name=a', '1'),
      part('name=a', 'é'),
      part('name=f; filename="x.txt"', 'data', 'content-type: Text/Plain; charset=utf-8'),
    ),
  )
  expect(entries.slice(0, 2)).toEqual([
    ['a', '1'],
    ['a', 'é'],
  ])
  const [name, value] = entries[2]!
  expect([name, value instanceof File]).toEqual(['f', true])
  const { type, size, name: filename } = value as File
  expect([filename, type, size, await (value as File).text()]).toEqual([
    'x.txt',
    'text/plain; charset=utf-8',
    4,
    'data',
  ])
})

test('an input for files that was left empty is no entry, and an empty file is one', () => {
  expect(decode(body(part('name=f; filename=""', '', 'content-type: application/octet-stream')))).toEqual([])
  expect(decode(body(part('name=f; filename="x"', '')))).toEqual([['f', expect.any(File)]])
  expect(decode(body(part('name=f; filename=""', 'x')))).toEqual([['f', expect.any(File)]])
})

test('a text is UTF-8, and a file is whatever it is', async () => {
  const octets = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0))
  for (const bytes of [octets(body(part('name=a', '\xff'))), octets(body(part('name=a', '\xed\xa0\x80')))])
    expect(() => decode(bytes)).toThrow(/not UTF-8/)
  expect(() => decode(body(part('name=a', 'x', 'content-type: text/plain; charset=latin1')))).toThrow(
    /another charset/,
  )
  const [[, value]] = decode(octets(body(file('\xff\0')))) as [[string, File]]
  expect(new Uint8Array(await value.arrayBuffer())).toEqual(Uint8Array.from([255, 0]))
})

test('files may reach their limits and not exceed them', () => {
  const limited =
    (options: Parameters<typeof multipart>[0], ...parts: string[]) =>
    () =>
      decode(body(...parts), undefined, multipart(options))
  const [four, five, six] = [file('1234'), file('12345'), file('123456')]
  const large = (limit: number) =>
    expect.objectContaining({ code: 'body_too_large', detail: { bytes: null, limit } })
  const many = (what: string, limit: number) =>
    expect.objectContaining({ code: 'body_too_complex', detail: { what, limit } })
  expect(limited({ file: 5 }, four, five, five)()).toHaveLength(3)
  expect(limited({ file: 5 }, six)).toThrow(large(5))
  expect(limited({ files: 10 }, five, five, part('name=a', 'a text is no file'))()).toHaveLength(3)
  expect(limited({ files: 10 }, five, six)).toThrow(large(10))
  expect(limited({ files: '1kb' }, file('x'.repeat(1024)))()).toHaveLength(1)
  expect(limited({ files: '1kb' }, file('x'.repeat(1025)))).toThrow(large(1024))
  expect(limited({ count: 2 }, four, four, part('name=a', '1'))()).toHaveLength(3)
  expect(limited({ count: 2 }, four, four, four)).toThrow(many('files', 2))
  expect(limited({ count: 0 }, four)).toThrow(many('files', 0))
  expect(limited({ parts: 2 }, four, part('name=a', '1'))()).toHaveLength(2)
  expect(limited({ parts: 2 }, four, four, four)).toThrow(many('parts', 2))
  expect(limited({ parts: 0 })()).toEqual([])
})

test('limits that are none are told when the format is made', () => {
  for (const options of [
    { files: '5 parsecs' },
    { file: -1 },
    { count: 1.5 },
    { parts: -1 },
    { parts: 1_001 },
    { count: Number.NaN },
  ])
    expect(() => multipart(options), JSON.stringify(options)).toThrow(
      expect.objectContaining({ code: 'setup_faulty' }),
    )
})

test('without a boundary nothing is read', () => {
  for (const field of [
    'multipart/form-data',
    'multipart/form-data; boundary=""',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
  ])
    expect(() => decode('----', field), field).toThrow(expect.objectContaining({ code: 'body_malformed' }))
  expect(decode('--a b--', 'multipart/form-data; boundary="a b"')).toEqual([])
})

test('what the platform’s own FormData writes is read back', async () => {
  const text = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((one) => one.replaceAll(/[\r\n"\\\0-\x1f\x7f]|__proto__/g, ''))
  const content = fc.oneof(text, fc.uint8Array({ maxLength: 30 }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, content, text), { maxLength: 5 }), async (entries) => {
      const form = new FormData()
      for (const [name, value, filename] of entries)
        if (typeof value === 'string') form.append(name, value)
        else
          form.append(
            name,
            new Blob([value as Uint8Array<ArrayBuffer>], { type: 'image/png' }),
            `${filename}.png`,
          )
      const read = decode(...(await written(form)))
      expect(read.length).toBe(entries.length)
      for (const [at, [name, value]] of read.entries()) {
        const [wantedName, wanted, filename] = entries[at]!
        expect(name).toBe(wantedName)
        if (typeof value === 'string') expect(value).toBe(wanted)
        else {
          expect([value.name, value.type]).toEqual([`${filename}.png`, 'image/png'])
          expect(new Uint8Array(await value.arrayBuffer())).toEqual(wanted)
        }
      }
    }),
  )
})

test('any octets are entries or a fault', () => {
  const token = fc.constantFrom(
    '--b',
    '\r\n',
    '--',
    'content-disposition: form-data; name=',
    'a',
    '; filename="',
    '"',
    '\r\n\r\n',
    'content-type: ',
    'a/b',
    ';',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.array(token, { maxLength: 20 }).map((all) => utf8Bytes(all.join(''))),
      ),
      (octets) => {
        try {
          decode(octets)
        } catch (error) {
          expect(isFault(error), String(error)).toBe(true)
        }
      },
    ),
    { numRuns: 1_000 },
  )
})
