/** The fields that tell an upstream who asks. RFC 7239. */
import { expect, test } from 'vitest'
import { request } from '../../value/message.ts'
import { originFields } from './origin-fields.ts'

const asked = (client: string | null, host = 'a.example'): ReturnType<typeof request> =>
  request('GET', '/', { http: '1.1', protocol: 'https', mount: '/m', client, headers: { host } })

test('x-forwarded tells client, protocol, host and mount', () => {
  expect(originFields(asked('192.0.2.7'), 'x-forwarded')).toEqual([
    ['x-forwarded-for', '192.0.2.7'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-host', 'a.example'],
    ['x-forwarded-prefix', '/m'],
  ])
  expect(originFields(asked(null), 'x-forwarded').map(([name]) => name)).not.toContain('x-forwarded-for')
})

test('forwarded quotes what is no token (RFC 7239 4, 6)', () => {
  const told = (client: string | null, host?: string): string =>
    originFields(asked(client, host), 'forwarded')[0]![1]
  expect(told('192.0.2.7')).toBe('for=192.0.2.7;proto=https;host=a.example')
  expect(told('2001:db8::1', 'a.example:8080')).toBe('for="[2001:db8::1]";proto=https;host="a.example:8080"')
  expect(told('fe80::1%eth0', '[::1]:80')).toBe('for="[fe80::1]";proto=https;host="[::1]:80"')
  expect(told(null)).toBe('for=unknown;proto=https;host=a.example')
  expect(told('nobody knows')).toBe('for=unknown;proto=https;host=a.example')
})

test('a call that came not over HTTP has no origin, and false tells none', () => {
  expect(originFields({ ...asked('192.0.2.7'), http: null }, 'x-forwarded')).toEqual([])
  expect(originFields(asked('192.0.2.7'), false)).toEqual([])
})
