/** What `outgoing` lets through and no road can send; each is a row that HTTP/2 made visible. */
import { expect, test } from 'vitest'
import { outgoing } from '../../src/call/outgoing.ts'

test('2xx to CONNECT is a takeover, and nothing else may be answered with it (RFC 9110 9.3.6, clause 24)', () => {
  expect(() => outgoing([200, 'text/plain', {}, 'page'], 'CONNECT')).toThrow()
  expect(() => outgoing([204, null, {}, null], 'CONNECT')).toThrow()
  expect(outgoing([404, null, {}, null], 'CONNECT').status).toBe(404)
})

test('a field that a response has once is not sent twice (RFC 9110 5.3, clause 21)', () => {
  for (const name of ['location', 'etag', 'date', 'last-modified', 'expires', 'age', 'retry-after']) {
    expect(() => outgoing([200, null, { [name]: ['a', 'b'] }, null], 'GET'), name).toThrow()
  }
  expect(outgoing([200, null, { 'set-cookie': ['a', 'b'] }, null], 'GET').fields).toHaveLength(4)
})
