import { expect, test } from 'vitest'
import { cpuMs } from '../../test/cpu-time.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { MAX_PART_NAME, partHead } from './part-head.ts'

const head = (...lines: string[]) => partHead(utf8Bytes(lines.map((line) => `${line}\r\n`).join('')))
const disposition = (rest: string) => head(`Content-Disposition: form-data${rest}`)

function refuses(reason: RegExp, ...lines: string[]): void {
  expect(() => head(...lines), lines.join()).toThrow(
    expect.objectContaining({ code: 'body_malformed', message: expect.stringMatching(reason) }),
  )
}

test('a name, a file and a type are what the fields say (RFC 7578 4.2, 4.4)', () => {
  expect(head('CONTENT-disposition:FORM-DATA ; NAME="a"', 'content-TYPE: Text/Plain; charset=UTF-8')).toEqual(
    {
      name: 'a',
      filename: null,
      type: { essence: 'text/plain', parameters: new Map([['charset', 'UTF-8']]) },
    },
  )
  for (const [rest, name, filename] of [
    ['; name=a', 'a', null],
    ['; name=""', '', null],
    ['; name="a b"; filename="c.txt"', 'a b', 'c.txt'],
    [';name="é";filename="日本.txt"', 'é', '日本.txt'],
    ['; filename=""; name="a"', 'a', ''],
    ['; name="a"; other="b"; size=3', 'a', null],
    ['; name="a;b=c, d"', 'a;b=c, d', null],
  ] as const)
    expect(disposition(rest), rest).toEqual({ name, filename, type: null })
})

test('a name is data: paths, escapes of percent and quotes are as their sender means them', () => {
  for (const [quoted, filename] of [
    ['../../etc/passwd', '../../etc/passwd'],
    ['C:\\dir\\file.txt', 'C:\\dir\\file.txt'],
    ['a\\"b', 'a"b'],
    ['a\\\\b', 'a\\b'],
    ['100%22.txt', '100%22.txt'],
    ['a%0d%0ab', 'a%0d%0ab'],
    ['a\tb', 'a\tb'],
    ['\ufeffa', '\ufeffa'],
  ] as const)
    expect(disposition(`; name=a; filename="${quoted}"`).filename, quoted).toBe(filename)
})

test('filename* is read where it stands alone (RFC 8187), and with another name it is malformed', () => {
  expect(disposition("; name=a; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt").filename).toBe('naïve €.txt')
  expect(disposition("; name=a; filename*=utf-8'en'b").filename).toBe('b')
  for (const value of [
    "iso-8859-1''a",
    'a',
    "utf-8'a",
    "UTF-8''%ff",
    "UTF-8''%",
    "UTF-8''%0d%0a",
    "UTF-8''%00",
  ])
    refuses(/filename\*|control/, `content-disposition: form-data; name=a; filename*=${value}`)
  refuses(/names its file twice/, "content-disposition: form-data; name=a; filename=b; filename*=UTF-8''c")
})

test('a part without a name, or that is no form-data, is malformed (RFC 7578 4.2)', () => {
  refuses(/no content-disposition/)
  refuses(/no content-disposition/, 'content-type: a/b')
  refuses(/no name/, 'content-disposition: form-data')
  refuses(/no name/, 'content-disposition: form-data; filename=a')
  for (const kind of ['attachment; name=a', 'form-data2; name=a', '; name=a', 'form data; name=a'])
    refuses(/no form-data/, `content-disposition: ${kind}`)
  refuses(/named __proto__/, 'content-disposition: form-data; name=__proto__')
})

test('parameters that are none, or come twice, are malformed', () => {
  for (const rest of [
    '; name',
    '; name=',
    '; name="a',
    '; name="a\\',
    '; name="a"b',
    '; name=a b',
    '; =a',
    ';; name=a',
    '; name=a;',
    "; name='a b'",
    '; name="a\\"',
  ])
    refuses(/content-disposition that is none/, `content-disposition: form-data${rest}`)
  refuses(/parameter twice/, 'content-disposition: form-data; name=a; name=b')
  refuses(/parameter twice/, 'content-disposition: form-data; name=a; NAME=a')
})

test('fields that are none, folded, controlled or there twice are malformed', () => {
  const good = 'content-disposition: form-data; name=a'
  for (const line of ['x', ': y', 'x : y', 'x y: z', ' x: y', '\tfolded', 'é: y', ''])
    refuses(/head that is none/, good, line)
  for (const line of ['x: a\0b', 'x: a\rb', 'x: a\nb', 'x: \x7f']) refuses(/control character/, good, line)
  refuses(/field twice/, good, good)
  refuses(/field twice/, good, 'content-type: a/b', 'Content-Type: a/b')
  refuses(/content-type that is none/, good, 'content-type: text')
  expect(() => partHead(Uint8Array.from([0x61, 0x3a, 0xff, 0x0d, 0x0a]))).toThrow(/not UTF-8/)
})

test('a transfer encoding that changes nothing is passed over, others are malformed (RFC 7578 4.7)', () => {
  const good = 'content-disposition: form-data; name=a'
  for (const coding of ['7bit', '8BIT', 'binary'])
    expect(head(good, `content-transfer-encoding: ${coding}`).name).toBe('a')
  for (const coding of ['base64', 'quoted-printable', 'x-gzip', ''])
    refuses(/content-transfer-encoding/, good, `content-transfer-encoding: ${coding}`)
})

test('a name may reach its limit and not exceed it', () => {
  expect(disposition(`; name=${'a'.repeat(MAX_PART_NAME)}`).name).toHaveLength(MAX_PART_NAME)
  refuses(/more than 512/, `content-disposition: form-data; name=${'a'.repeat(MAX_PART_NAME + 1)}`)
})

test('16 KiB of the worst head are judged at once', () => {
  const n = 16_000
  const worst = [
    `"${'\\'.repeat(n)}`,
    `"${'\\"'.repeat(n / 2)}`,
    `"${'a'.repeat(n)}`,
    '; a=b'.repeat(n / 5),
    ';'.repeat(n),
    ' '.repeat(n),
    `a${'; '.repeat(n / 2)}`,
    `"${'a"; b="'.repeat(n / 7)}`,
  ]
  const judge = (value: string): void => {
    try {
      disposition(`; name=a; filename=${value}`)
    } catch (error) {
      expect(error).toMatchObject({ code: 'body_malformed' })
    }
  }
  expect(cpuMs(() => worst.forEach(judge))).toBeLessThan(500)
})
