import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Address, formatAddress, inRange, parseAddress, parseRange } from './address.ts'

const octets = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length })

const ipv4 = octets(4).map((parts) => parts.join('.'))

/** All spellings: zeros kept or not, either case, "::" anywhere it may stand, the end as IPv4. */
const ipv6 = fc
  .record({
    groups: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    }),
    padded: fc.boolean(),
    upper: fc.boolean(),
    dotted: fc.boolean(),
    gap: fc.option(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 8 }))),
  })
  .map(({ groups, padded, upper, dotted, gap }) => {
    const [from, count] = gap ?? [8, 0]
    const written = groups.map((group) => group.toString(16).padStart(padded ? 4 : 1, '0'))
    const cut = (start: number, end: number): string[] => {
      const part = written.slice(start, end)
      if (dotted && end === 8 && part.length >= 2) {
        const [high, low] = groups.slice(6) as [number, number]
        part.splice(-2, 2, [high >> 8, high & 255, low >> 8, low & 255].join('.'))
      }
      return part
    }
    const text =
      gap === null || from >= 8
        ? cut(0, 8).join(':')
        : `${written.slice(0, from).join(':')}::${cut(Math.min(8, from + count), 8).join(':')}`
    return upper ? text.toUpperCase() : text
  })

test('what node:net takes as an address is one, and nothing else (RFC 4291 2.2)', () => {
  const texts = fc.oneof(
    ipv4,
    ipv6,
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF.:/%[] ') }),
    fc.tuple(ipv6, fc.nat(60), fc.constantFrom(...':.0f%/ ')).map(([text, at, extra]) => {
      return text.slice(0, at) + extra + text.slice(at + 1)
    }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(parseAddress(text) !== null).toBe(!text.includes('%') && isIP(text) !== 0)
    }),
    { numRuns: 3_000 },
  )
})

test('an address is four decimal numbers without leading zeros, or eight groups (RFC 4291 2.2)', () => {
  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.00',
    '0x7f.0.0.1',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '::ffff:1.2.3',
    '1.2.3.4::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    ':',
    ':::',
    '1::2::3',
    '1:',
    ':1',
    '::12345',
    '::g',
    '[::1]',
    'fe80::1%eth0',
    '١.٢.٣.٤',
    `::${'0'.repeat(100)}1`,
  ]) {
    expect(parseAddress(text), JSON.stringify(text)).toBeNull()
    expect(parseRange(text), JSON.stringify(text)).toBeNull()
  }
})

test('an IPv4-mapped address is the IPv4 address (RFC 4291 2.5.5.2, contract clause 11)', () => {
  for (const text of ['::ffff:1.2.3.4', '::FFFF:102:304', '0:0:0:0:0:ffff:1.2.3.4']) {
    expect(parseAddress(text), text).toEqual([1, 2, 3, 4])
  }
  expect(parseAddress('::1.2.3.4')).toHaveLength(16)
})

test('an address has one text, which leads back to it (RFC 5952 4)', () => {
  const cases: [string, string][] = [
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::', '2001:db8::'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0001:0002:0003:0004:0005:0006:0007:0008', '1:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ]
  for (const [text, canonical] of cases) expect(formatAddress(parseAddress(text)!), text).toBe(canonical)
  fc.assert(
    fc.property(ipv6, (text) => {
      const address = parseAddress(text)!
      const written = formatAddress(address)
      expect(parseAddress(written)).toEqual(address)
      if (address.length === 16) expect(`[${written}]`).toBe(new URL(`http://[${text}]`).hostname)
    }),
    { numRuns: 1_000 },
  )
})

test('a range holds what node:net says that it holds', () => {
  const near = (length: number): fc.Arbitrary<[number[], number[], number]> =>
    fc
      .tuple(octets(length), octets(length), fc.integer({ min: 0, max: length * 8 }), fc.nat(length * 8))
      .map(([base, other, bits, same]) => {
        // The first `same` bits alike, so that addresses fall on both sides of the border.
        const address = base.map((octet, at) => {
          const keep = Math.max(0, Math.min(8, same - at * 8))
          const mask = (0xff00 >> keep) & 0xff
          return (octet & mask) | (other[at]! & ~mask & 0xff)
        })
        return [base, address, bits]
      })
  for (const [length, family] of [
    [4, 'ipv4'],
    [16, 'ipv6'],
  ] as const) {
    fc.assert(
      fc.property(near(length), ([base, address, bits]) => {
        fc.pre(length === 4 || !(isMapped(base) || isMapped(address)))
        const oracle = new BlockList()
        oracle.addSubnet(formatAddress(base), bits, family)
        const range = parseRange(`${formatAddress(base)}/${bits}`)!
        expect(inRange(range, address)).toBe(oracle.check(formatAddress(address), family))
        expect(inRange(range, base)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  }
})

test('a range is a prefix of either version, and the bits behind it do not count (RFC 4632 3.1)', () => {
  const cases: [string, string, boolean][] = [
    ['127.0.0.1/8', '127.255.0.9', true],
    ['127.0.0.1/8', '128.0.0.1', false],
    ['10.0.0.0/9', '10.127.0.0', true],
    ['10.0.0.0/9', '10.128.0.0', false],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.4', '1.2.3.5', false],
    ['1.2.3.4/32', '::ffff:1.2.3.4', true],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['::ffff:10.0.0.0/104', '11.9.9.9', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '::1', true],
    ['::/0', '1.2.3.4', false],
    ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false],
    ['::1', '::1', true],
    ['::1/128', '::2', false],
  ]
  for (const [range, address, holds] of cases) {
    expect(inRange(parseRange(range)!, parseAddress(address)!), `${range} ${address}`).toBe(holds)
  }
})

test('a prefix length is decimal and not longer than the address', () => {
  for (const text of [
    '1.2.3.4/33',
    '::1/129',
    '1.2.3.4/',
    '1.2.3.4/08',
    '1.2.3.4/-1',
    '1.2.3.4/1.5',
    '1.2.3.4/+8',
    '1.2.3.4/8/8',
    '1.2.3.4/255.0.0.0',
    '/8',
    '::ffff:1.2.3.4/90',
  ]) {
    expect(parseRange(text), text).toBeNull()
  }
})

function isMapped(address: Address): boolean {
  return address.slice(0, 10).every((octet) => octet === 0) && address[10] === 255 && address[11] === 255
}
