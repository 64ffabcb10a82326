/**
 * Our parser beside llhttp and `node:http`: whatever is sent, they say the same, or a row of
 * `differences.ts` says why not.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { octetsOf } from '../fuzz/octets.ts'
import { parting } from './compare.ts'
import { DIFFERENCES, differencesTable } from './differences.ts'
import { explain } from './explain.ts'
import { parseByLlhttp, VERSION } from './llhttp.ts'
import { type NodeServer, startNode } from './node.ts'
import { type Parsed, parseByOurs } from './parsed.ts'
import { NEXT, sent } from './requests.ts'

let node: NodeServer
beforeAll(async () => {
  node = await startNode()
})
afterAll(() => node.close())

const PARSERS: Readonly<Record<'llhttp' | 'node:http', (octets: Uint8Array) => Parsed | Promise<Parsed>>> = {
  llhttp: parseByLlhttp,
  'node:http': (octets) => node.parse(octets),
}

describe.each([
  ['llhttp', 2_000],
  ['node:http', 300],
] as const)('%s', (parser, runs) => {
  const part = async (text: string): Promise<ReturnType<typeof parting>> =>
    parting(text, parseByOurs(octetsOf(text)), await PARSERS[parser](octetsOf(text)))

  test('nearly valid requests are read alike, or a row of the table says why not', async () => {
    await fc.assert(
      fc.asyncProperty(sent, async (text) => {
        const found = await part(text)
        if (found !== null && explain(found) === null) expect(found, JSON.stringify(text)).toBeNull()
      }),
      // The same requests in each run: new ones are looked for by `npm run fuzz`.
      { numRuns: runs, seed: 9112 },
    )
  })

  test.each(DIFFERENCES.map((row) => [row.what, row] as const))('differs: %s', async (_, row) => {
    const found = await part(row.example + NEXT)
    expect(found, 'they say the same').not.toBeNull()
    expect(explain(found!)).toBe(row)
  })
})

test('no more is explained than what differs: good requests match no row', () => {
  for (const line of [
    'GET / HTTP/1.1',
    'POST /a?b HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET http://a/b HTTP/1.1',
  ]) {
    const text = `${line}\r\nHost: a\r\nAccept: b\r\nContent-Length: 1\r\n\r\na`
    const lying = { requests: [], refusal: 'because', waits: false }
    const found = parting(text, parseByOurs(octetsOf(text)), lying)
    expect(explain(found!), line).toBeNull()
  }
})

test('docs/parser.md shows the table', () => {
  const page = readFileSync(new URL('../../docs/parser.md', import.meta.url), 'utf8')
  expect(page).toContain(`\n${differencesTable()}\n`)
  expect(page).toContain(`undici ${VERSION}`)
})
