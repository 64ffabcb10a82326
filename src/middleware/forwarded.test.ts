import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Address } from '../value/address.ts'
import { headersFrom } from '../value/headers.ts'
import { type Origin, originOf } from './forwarded.ts'

/** 10.0.0.0/8 and fd00::/8 are ours. */
const isTrusted = (address: Address): boolean => address[0] === (address.length === 4 ? 10 : 0xfd)

function forwarded(value: string): Origin | null {
  return originOf(headersFrom([['forwarded', value]]), 'forwarded', isTrusted)
}

function xForwarded(list: string, proto?: string, host?: string): Origin | null {
  const lines: [string, string][] = [['x-forwarded-for', list]]
  if (proto !== undefined) lines.push(['x-forwarded-proto', proto])
  if (host !== undefined) lines.push(['x-forwarded-host', host])
  return originOf(headersFrom(lines), 'x-forwarded', isTrusted)
}

const clientOf = (origin: Origin | null): string | null | undefined => origin?.client

test('an element holds for, by, host and proto, in any order and case (RFC 7239 4)', () => {
  const cases: [string, Partial<Origin>][] = [
    ['for=192.0.2.60;proto=https;by=203.0.113.43;host=a.example', { protocol: 'https', host: 'a.example' }],
    ['Host="a.example:8080";PROTO=HTTP;For=192.0.2.60', { protocol: 'http', host: 'a.example:8080' }],
    ['for="192.0.2.60";secret=x;_a=b', { protocol: null, host: null }],
    [';for=192.0.2.60;;proto=wss;', { protocol: 'https' }],
    ['for="192\\.0.2\\.60";host="a\\.example"', { host: 'a.example' }],
  ]
  for (const [value, parts] of cases) {
    expect(forwarded(value), value).toEqual(expect.objectContaining({ client: '192.0.2.60', ...parts }))
  }
})

test('a node is an address, in brackets and quotes if it is IPv6, and perhaps a port (RFC 7239 6)', () => {
  const cases: [string, string | null][] = [
    ['192.0.2.43', '192.0.2.43'],
    ['"192.0.2.43:47011"', '192.0.2.43'],
    ['"[2001:DB8:cafe:0::17]"', '2001:db8:cafe::17'],
    ['"[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['"[::ffff:192.0.2.43]:_port"', '192.0.2.43'],
    ['unknown', null],
    ['"unknown:80"', null],
    ['_gazonk', null],
    ['"_SEVKISEK:_x.y-z"', null],
    // None of these is a node.
    ['"2001:db8::1"', null],
    ['"[192.0.2.43]"', null],
    ['"192.0.2.43:123456"', null],
    ['"192.0.2.43:"', null],
    ['"[::1"', null],
    ['"::1]"', null],
    ['" 192.0.2.43"', null],
    ['192.0.2.043', null],
    ['""', null],
  ]
  for (const [node, client] of cases) expect(clientOf(forwarded(`for=${node}`)), node).toBe(client)
})

test('an element that breaks the grammar says nothing, and neither does what is left of it (RFC 7239 4)', () => {
  for (const element of [
    'for=192.0.2.1; proto=https',
    'for=192.0.2.1 ;proto=https',
    'for =192.0.2.1',
    'for= 192.0.2.1',
    'for=192.0.2.1:80',
    'for=[::1]',
    'for=192.0.2.1;for=192.0.2.2',
    'for=192.0.2.1;FOR=192.0.2.1',
    'for=192.0.2.1;proto=http;proto=http',
    'for="192.0.2.1',
    'for=192.0.2.1"',
    'for="192.0.2.1"x',
    'for="192.0.2.1\\"',
    'for=',
    '=192.0.2.1',
    'for',
    '192.0.2.1',
    'for=192.0.2.1 proto=http',
    'for=\xe9',
  ]) {
    const unread = { client: null, protocol: null, host: null, fields: [['forwarded', 'for=unknown']] }
    expect(forwarded(element), element).toEqual(unread)
    expect(forwarded(`for=198.51.100.7;proto=https, ${element}`)?.client, element).toBeNull()
  }
})

test('the client is the nearest address that is not trusted, with what the proxy in front of it saw', () => {
  const field = [
    'for=127.0.0.1;proto=ftp;host=forged.example',
    'for=198.51.100.7;proto=https;host=a.example',
    'for=10.0.0.2;proto=http;host=inner.example',
    'for="[fd00::1]:80";proto=http',
  ].join(', ')
  expect(forwarded(field)).toEqual({
    client: '198.51.100.7',
    protocol: 'https',
    host: 'a.example',
    fields: [['forwarded', field.slice(field.indexOf('for=198'))]],
  })
  expect(clientOf(xForwarded('127.0.0.1, 198.51.100.7, 10.0.0.2,10.0.0.3'))).toBe('198.51.100.7')
})

test('where every address is trusted the outermost is the client', () => {
  expect(forwarded('for=10.0.0.9;proto=https, for=10.0.0.2;proto=http')).toEqual(
    expect.objectContaining({ client: '10.0.0.9', protocol: 'https' }),
  )
  expect(clientOf(xForwarded('10.0.0.9, 10.0.0.2'))).toBe('10.0.0.9')
})

test('whatever a client sends, what proxies appended to it is read the same (RFC 7239 8.1)', () => {
  const sent = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'"\\,;= for127.[]:_\t') }),
    fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) }),
  )
  const added = fc.constantFrom(
    'for=198.51.100.7',
    'for="198.51.100.7:80";host="a\\"b,c"',
    'host="x, for=127.0.0.1, y";for=198.51.100.7;by="\\\\"',
  )
  const own = fc.array(fc.constantFrom('for=10.0.0.2', 'for="[fd00::1]";x="a, \\",b"'), { maxLength: 3 })
  fc.assert(
    fc.property(sent, added, own, (garbage, client, proxies) => {
      const clean = garbage.replaceAll('\x7f', '').replace(/[\x80-\x9f]/g, '')
      const appended = [client, ...proxies].join(', ')
      const origin = originOf({ forwarded: `${clean},${appended}` }, 'forwarded', isTrusted)
      expect(origin).toEqual(originOf({ forwarded: appended }, 'forwarded', isTrusted))
      expect(origin?.client).toBe('198.51.100.7')
      const list = `${clean}, 198.51.100.7, 10.0.0.2`
      expect(clientOf(originOf({ 'x-forwarded-for': list }, 'x-forwarded', isTrusted))).toBe('198.51.100.7')
    }),
    { numRuns: 2_000 },
  )
})

test('x-forwarded-for holds addresses as proxies write them, with ports or without', () => {
  const cases: [string, string | null][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1\t,, ', '192.0.2.1'],
    ['unknown', null],
    ['"192.0.2.1"', null],
    ['localhost', null],
    ['fe80::1%eth0', null],
    ['192.0.2.1;10.0.0.1', null],
  ]
  for (const [member, client] of cases) {
    expect(clientOf(originOf({ 'x-forwarded-for': member }, 'x-forwarded', isTrusted)), member).toBe(client)
  }
})

test('protocol and host stand as far from the right as the client, or alone when overwritten', () => {
  const cases: [string, string | undefined, string | undefined, 'http' | 'https' | null, string | null][] = [
    ['1.1.1.1', 'https', 'a.example', 'https', 'a.example'],
    ['1.1.1.1', 'http, https', 'forged.example, a.example', 'https', 'a.example'],
    ['1.1.1.1, 10.0.0.2', 'https, http', 'a.example, inner', 'https', 'a.example'],
    ['9.9.9.9, 1.1.1.1, 10.0.0.2', 'http, https, http', 'x, a.example, inner', 'https', 'a.example'],
    ['1.1.1.1, 10.0.0.2', 'https', 'a.example', 'https', 'a.example'],
    ['1.1.1.1', 'WSS', undefined, 'https', null],
    ['1.1.1.1', 'gopher', 'a b', null, null],
    ['1.1.1.1', '', '', null, null],
    ['1.1.1.1', 'https:', 'a.example/x', null, null],
  ]
  for (const [list, proto, host, protocol, expected] of cases) {
    const origin = xForwarded(list, proto, host)
    expect([origin?.client, origin?.protocol, origin?.host], list).toEqual(['1.1.1.1', protocol, expected])
  }
})

test('a proxy that tells the protocol and no address leaves the client unknown', () => {
  expect(originOf(headersFrom([['x-forwarded-proto', 'http, https']]), 'x-forwarded', isTrusted)).toEqual({
    client: null,
    protocol: 'https',
    host: null,
    fields: [['x-forwarded-proto', 'https']],
  })
  expect(forwarded('proto=https')).toEqual(expect.objectContaining({ client: null, protocol: 'https' }))
})

test('without a word of the proxy there is no origin', () => {
  for (const by of ['forwarded', 'x-forwarded'] as const) {
    expect(originOf({}, by, isTrusted)).toBeNull()
    expect(originOf({ forwarded: '', 'x-forwarded-for': '' }, by, isTrusted)).toBeNull()
  }
  expect(forwarded(',,')).toBeNull()
  expect(originOf({ 'x-forwarded-for': '1.1.1.1' }, 'forwarded', isTrusted)).toBeNull()
  expect(originOf({ forwarded: 'for=1.1.1.1' }, 'x-forwarded', isTrusted)).toBeNull()
})

test('what is passed on holds only what is believed', () => {
  expect(xForwarded('8.8.8.8, 1.1.1.1:80, [fd00::1]:9, 10.0.0.2', 'http, https, http', 'a')?.fields).toEqual([
    ['x-forwarded-for', '1.1.1.1, fd00::1, 10.0.0.2'],
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-host', 'a'],
  ])
  expect(xForwarded('1.1.1.1, ?, 10.0.0.2')?.fields).toEqual([['x-forwarded-for', 'unknown, 10.0.0.2']])
})

test('a chain of over 100 proxies is not believed to its end', () => {
  for (const [count, client] of [
    [99, '10.0.0.9'],
    [100, '10.0.0.9'],
    [101, null],
  ] as const) {
    const chain = ['10.0.0.9', ...Array.from({ length: count - 1 }, () => '10.0.0.1')]
    expect(clientOf(xForwarded(chain.join())), String(count)).toBe(client)
    expect(clientOf(forwarded(chain.map((node) => `for=${node}`).join())), String(count)).toBe(client)
  }
})

test('60 KB of the worst input is read to its end', () => {
  for (const [unit, client] of [
    ['"', null],
    ['\\"', null],
    ['\\\\"', null],
    [',', undefined],
    ['a', null],
    ['a=;', null],
    ['for=10.0.0.1,', null],
    ['for="', null],
    ['"\\', null],
    [';', null],
    ['a="\\', null],
  ] as const) {
    const origin = originOf({ forwarded: unit.repeat(60_000 / unit.length) }, 'forwarded', isTrusted)
    expect(clientOf(origin), unit).toBe(client)
  }
  for (const unit of ['10.0.0.1,', ',', ':', '[', ' ', '1']) {
    const list = unit.repeat(60_000 / unit.length)
    const headers = { 'x-forwarded-for': list, 'x-forwarded-proto': list, 'x-forwarded-host': list }
    expect(clientOf(originOf(headers, 'x-forwarded', isTrusted)), unit).toBeNull()
  }
})
