/**
 * What is read of request lines: targets, paths, queries.
 *
 * @module
 */
import { segments } from '../../../src/value/path.ts'
import { parseQuery } from '../../../src/value/query.ts'
import { isHost, requestTarget } from '../../../src/value/target.ts'
import { writeQuery } from '../../../src/value/write-query.ts'
import { holds, latin1Of, same, type Target, taken } from '../target.ts'

export const target: Target = {
  name: 'target',
  holds: 'path, query and authority put together again are the target',
  seeds: [
    '/',
    '/a/b?c=d?e',
    '*',
    'http://a.example:80/b?c',
    'HTTPS://[::1]?',
    'a.example:443',
    '/%2F//..;a',
    '/?',
  ],
  words: ['http://', 'https://', '://', '[::1]', ':80', '%2f', '//', '@', '?', '#'],
  check(octets) {
    const text = latin1Of(octets)
    for (const method of ['GET', 'OPTIONS', 'CONNECT']) {
      const found = taken(['target_faulty', 'host_faulty'], () => requestTarget(method, text))
      if (found === null) continue
      const { path, query, authority } = found
      holds('a target is visible ASCII without "#"', /^[!"$-~]+$/.test(text), () => text)
      const whole = path + (query === null ? '' : `?${query}`)
      if (method === 'CONNECT') {
        same('CONNECT names an authority', found, { path: text, query: null, authority: text })
        holds('with a port', /:[0-9]+$/.test(text), () => text)
      } else if (authority === null) {
        same('nothing is lost', whole, text)
        holds('in one of two forms', path[0] === '/' || (path === '*' && method === 'OPTIONS'), () => found)
      } else {
        const bare = text.replace(/^https?:\/\//i, '').slice(authority.length)
        const wanted = bare === '' && method === 'OPTIONS' ? '*' : bare.startsWith('/') ? bare : `/${bare}`
        same('nothing is lost behind the authority', whole, wanted)
      }
      if (authority !== null) holds('an authority is a host', isHost(authority), () => authority)
    }
  },
}

export const path: Target = {
  name: 'path',
  holds: 'segments written again are read as the same; none is a way out of a folder',
  seeds: ['/', '/a/b', '/a%20b/%C3%A9/', '//', '/a;b=c/@:', '/%e2%98%83/..a/.b'],
  words: ['%2e', '%2E%2E', '..', '/', '%2f', '%5c', '%00', '%C3%A9', '%ff', '%', '\\'],
  check(octets) {
    const raw = latin1Of(octets)
    const found = taken(['path_faulty'], () => segments(raw))
    if (found === null) return
    holds('one segment for each slash', found.length === raw.split('/').length - 1, () => found)
    const ways = found.filter((one) => one === '.' || one === '..' || /[/\\\0]/.test(one))
    same('no segment leads elsewhere', ways, [])
    same('written again they are the same', segments(`/${found.map(encodeURIComponent).join('/')}`), found)
  },
}

export const query: Target = {
  name: 'query',
  holds: 'pairs are those of URLSearchParams, and are read as they are written',
  seeds: ['a=b&c=d', 'a', '=', '&&', 'a+b=%20&%C3%A9=%e2%98%83', 'a=b=c', '__proto__=1'],
  words: ['%20', '+', '&', '=', '%C3%A9', '%ff', '%', '%00', '?'],
  check(octets) {
    const text = latin1Of(octets)
    const pairs = taken(['target_faulty'], () => parseQuery(text))
    if (pairs === null) return
    // The first octet keeps it from taking a "?" off.
    same('they are those of URLSearchParams', pairs, [...new URLSearchParams(`&${text}`)])
    const written = writeQuery(pairs.filter(([name, value]) => name !== '' || value !== ''))
    const full = pairs.filter(([name, value]) => name !== '' || value !== '')
    same('they are read as they are written', parseQuery(written), full)
  },
}
