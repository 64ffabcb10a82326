/** Where an upstream is. */
import { expect, test } from 'vitest'
import { isFault } from '../../fault.ts'
import { type Place, placeOf } from './place.ts'

test('an address says where to connect, what host names, and what is in front of paths', () => {
  const cases: [url: string, place: Partial<Place>][] = [
    ['http://old:3000', { secure: false, at: { host: 'old', port: 3000 }, authority: 'old:3000', base: '' }],
    ['http://old', { at: { host: 'old', port: 80 }, authority: 'old' }],
    ['http://old/', { base: '' }],
    ['https://old.example/a/b/', { secure: true, at: { host: 'old.example', port: 443 }, base: '/a/b' }],
    ['http://[::1]:8080/a%20b', { at: { host: '::1', port: 8080 }, authority: '[::1]:8080', base: '/a%20b' }],
    [
      'unix:/run/old.sock',
      { secure: false, at: { path: '/run/old.sock' }, authority: 'localhost', base: '' },
    ],
  ]
  for (const [url, place] of cases) expect(placeOf(url), url).toMatchObject({ url, ...place })
  expect(placeOf(new URL('http://old:3000/a')).base).toBe('/a')
})

test('what is none is refused, with how to write it', () => {
  const faulty = [
    '',
    'old:3000',
    '/old',
    'ftp://old',
    'http://',
    'http://a b',
    'http://u:p@old',
    'http://old?a',
    'http://old#a',
    'unix:',
    'unix:a',
    'unix:/a\0',
  ]
  for (const url of faulty) {
    let found: unknown = null
    try {
      placeOf(url)
    } catch (error) {
      found = isFault(error) ? error.code : error
    }
    expect(found, url).toBe('setup_faulty')
  }
})
