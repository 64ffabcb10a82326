/**
 * What is read of field values.
 *
 * @module
 */

import { originOf } from '../../../src/middleware/forwarded.ts'
import { isAcceptable } from '../../../src/value/accept.ts'
import { formatAddress, parseAddress } from '../../../src/value/address.ts'
import { byteRanges, MAX_RANGES } from '../../../src/value/byte-ranges.ts'
import { ifRange, precondition } from '../../../src/value/conditional.ts'
import { cookies, setCookie } from '../../../src/value/cookie.ts'
import { entityTags } from '../../../src/value/entity-tag.ts'
import { httpDate, parseHttpDate } from '../../../src/value/http-date.ts'
import { mediaType } from '../../../src/value/media-type.ts'
import { holds, latin1Of, same, type Target, taken } from '../target.ts'

export const cookie: Target = {
  name: 'cookie',
  holds: 'names and values are those of the field; a cookie that is set is one cookie, and read again',
  seeds: ['a=b; c=d', '__proto__=1', 'a="b c"; a=2', '=', ';;', 'a', '__Host-a=1; b=x=y'],
  words: ['; ', '=', '__proto__=', 'constructor=', '"', '__Host-', '%3b'],
  check(octets) {
    const field = latin1Of(octets)
    const found = cookies(field)
    same('they have no prototype', Object.getPrototypeOf(found), null)
    for (const [name, value] of Object.entries(found)) {
      holds('a pair stands in the field', field.includes(name) && field.includes(value), () => [name, value])
      holds('nothing in it separates pairs', !/;/.test(name + value) && !name.includes('='), () => [
        name,
        value,
      ])
    }
    const [name = '', ...rest] = field.split('=')
    const line = taken(['result_faulty'], () => setCookie(name, rest.join('=')))
    if (line === null) return
    holds('what is set is one pair', !/[;,\r\n\0]/.test(line), () => line)
    same('and is read again', cookies(line)[name], rest.join('='))
  },
}

export const forwarded: Target = {
  name: 'forwarded',
  holds: 'addresses are addresses; what stands on the left does not change what our proxy says',
  seeds: [
    'for=192.0.2.1;proto=https;host=a.example, for="[2001:db8::1]:80"',
    'for=_hidden, for=unknown;by=203.0.113.1',
    '192.0.2.1, 10.0.0.1',
    'for="a\\"b";host="x, y"',
    '::1, ::ffff:10.0.0.1',
  ],
  words: [
    ', ',
    'for=',
    'for="[',
    ']"',
    ';proto=http',
    ';host=',
    '"',
    '\\"',
    '10.0.0.1',
    '::',
    'unknown',
    ',,,',
  ],
  check(octets) {
    const field = latin1Of(octets)
    for (const all of [true, false]) {
      for (const headers of [
        { forwarded: field },
        { 'x-forwarded-for': field, 'x-forwarded-host': field, 'x-forwarded-proto': field },
      ]) {
        const by = 'forwarded' in headers ? 'forwarded' : 'x-forwarded'
        const { client = null } = originOf(headers, by, () => all) ?? {}
        const read = client === null ? null : parseAddress(client)
        holds(
          'a client is an address',
          client === null || (read !== null && formatAddress(read) === client),
          () => client,
        )
      }
    }
    const behind = originOf({ forwarded: `${field}, for=192.0.2.9;proto=https` }, 'forwarded', () => false)
    same('the left of Forwarded changes nothing', [behind?.client, behind?.protocol], ['192.0.2.9', 'https'])
    const x = originOf({ 'x-forwarded-for': `${field}, 192.0.2.9` }, 'x-forwarded', () => false)
    same('the left of X-Forwarded-For changes nothing', x?.client, '192.0.2.9')
  },
}

export const media: Target = {
  name: 'media-type',
  holds: 'a type written again is read as the same; accept answers, whatever it holds',
  seeds: [
    'text/html',
    'Text/HTML; Charset="utf-8"',
    'a/b;;c=d ; e="f\\"g;"',
    '*/*;q=0.5, text/*',
    'text/html;q=0',
  ],
  words: [';', '; ', 'q=0', 'q=0.000', '="', '\\"', '*/*', 'text/*', ', ', 'charset='],
  check(octets) {
    const field = latin1Of(octets)
    const offer = 'text/html'
    for (const all of [`${offer}, ${field}`, `${field}, ${offer}`]) {
      holds('what is asked for by its name is acceptable', isAcceptable(all, offer), () => all)
    }
    const none = `${field.replaceAll(/[*/]/g, '')}, */*;q=0`
    holds('what is refused by a range alone is not', !isAcceptable(none, offer), () => none)
    const found = mediaType(field)
    if (found === null) return
    const { essence, parameters } = found
    const quoted = [...parameters].map(([name, value]) => `;${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`)
    same('it is read as it is written', mediaType(essence + quoted.join('')), found)
  },
}

export const conditions: Target = {
  name: 'conditions',
  holds: 'dates are read as they are written, ranges lie within the file, tags are tags',
  seeds: [
    'bytes=0-1,3-,-2',
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '"a", W/"b" , ,"c"',
    '*',
  ],
  words: ['bytes=', '-', ', ', 'W/"', '"', '9007199254740993', ' GMT', '29 Feb 2000', '31 Dec 9999 23:59:60'],
  check(octets) {
    const field = latin1Of(octets)
    const now = Date.UTC(2026, 0, 1)
    const instant = parseHttpDate(field, now)
    if (instant !== null && instant < Date.UTC(10_000, 0)) {
      same('a date is read as it is written', parseHttpDate(httpDate(instant), now), instant)
    }
    for (const size of [0, 1, 10, 1_000]) {
      const ranges = byteRanges(field, size) ?? []
      holds('there are few of them', ranges.length <= MAX_RANGES, () => ranges)
      const out = ranges.filter(({ first, last }) => !(first >= 0 && first <= last && last < size))
      same('ranges lie within the file', out, [])
    }
    for (const tag of entityTags(field)) {
      same('a tag is a tag', entityTags(tag), [tag])
      holds('it stands in the field', field.includes(tag), () => tag)
    }
    const has = { etag: '"a"', modified: Date.UTC(2020, 0), modifiedStrong: true }
    const fields = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range']
    for (const name of fields) {
      holds(
        'there is a verdict',
        ['go', 'unmodified', 'failed'].includes(precondition({ [name]: field }, has, now)),
        () => name,
      )
      ifRange({ [name]: field }, has, now)
    }
  },
}
