import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { curlOf, quote } from './curl.ts'
import type { Seen } from './seen.ts'

function asked(
  parts: Partial<Seen> & { readonly fields?: Readonly<Record<string, string | null>> } = {},
): Seen {
  const { fields = {}, ...rest } = parts
  return {
    method: 'GET',
    path: '/',
    mount: '',
    query: null,
    protocol: 'http',
    hasBody: false,
    headers: new Map([
      ...Object.entries({ host: 'a.test', accept: '*/*', 'user-agent': 'a' }),
      ...Object.entries(fields),
    ]),
    ...rest,
  }
}

/** What bash makes of words, octet by octet. */
function words(quoted: readonly string[]): string[] {
  const script = `printf '%s\\0' ${quoted.join(' ')}`
  const out = execFileSync('bash', ['--norc', '-c', script], {
    encoding: 'latin1',
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return out.split('\0').slice(0, -1)
}

test('any octets but NUL are one word of a shell, and come out as they went in', () => {
  const octets = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  })
  fc.assert(
    fc.property(fc.array(octets, { minLength: 1, maxLength: 200 }), (texts) => {
      expect(words(texts.map(quote))).toEqual(texts)
    }),
    { numRuns: 20 },
  )
  const every = Array.from({ length: 255 }, (_, code) => `${String.fromCharCode(code + 1)}7f`)
  expect(words(every.map(quote))).toEqual(every)
})

test('what a terminal would paste is ASCII and holds no line that ends the command', () => {
  const ascii = fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(quote(text)).toMatch(/^[ -~]+$/)
  })
  fc.assert(ascii)
  expect(quote('')).toBe("''")
  expect(quote("it's !$x `y` \\")).toBe("'it'\\''s !$x `y` \\'")
  expect(quote('é')).toBe("$'\\351'")
})

test('the command has method, whole target and fields, and leaves out what curl works out', () => {
  const fields = {
    'content-length': '3',
    'accept-encoding': 'br',
    connection: 'close',
    'x-a': 'b',
    'x-none': '',
  }
  expect(
    curlOf(asked({ method: 'POST', mount: '/api', path: '/n', query: 'a=1&b', hasBody: true, fields })),
  ).toBe(
    [
      "curl 'http://a.test/api/n?a=1&b'",
      '-X POST',
      "-H 'accept: */*'",
      "-H 'user-agent: a'",
      "-H 'x-a: b'",
      "-H 'x-none;'",
      "-H 'content-type:'",
      '--data-binary @body',
    ].join(' \\\n  '),
  )
})

test('hidden fields stay hidden', () => {
  expect(curlOf(asked({ fields: { authorization: null } }))).toContain("-H 'authorization: HIDDEN'")
})

test('targets that curl would change are sent as they are', () => {
  expect(curlOf(asked({ method: 'HEAD' }))).toContain('--head')
  expect(curlOf(asked({ path: '/a[1]' }))).toContain('--globoff')
  for (const path of ['/a/.well-known', '/a/../b', '/a/%2e%2E/b']) {
    expect(curlOf(asked({ path }))).toContain('--path-as-is')
  }
  expect(curlOf(asked({ method: 'OPTIONS', path: '*' }))).toContain("--request-target '*'")
  expect(curlOf(asked({ method: "A'B" }))).toContain(`-X 'A'\\''B'`)
})

test('a command that nobody would paste is left out', () => {
  expect(curlOf(asked({ fields: { 'x-long': 'x'.repeat(70_000) } }))).toBeNull()
})
