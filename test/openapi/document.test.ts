/** Documents as others see them: valid by the schema of the specification, for every service there is. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fc from 'fast-check'
import type { Contract } from 'hagaki'
import { openapi } from 'hagaki/openapi'
import { expect, test } from 'vitest'
import { contracts } from './contracts.ts'
import { everything } from './everything.ts'
import { flaws } from './validated.ts'

const INFO = { title: 'A test', version: '1.2.3' }

test('a service with everything in it is a valid document of 3.2, and of 3.1 without its streams', async () => {
  const { contract } = everything
  const document = openapi(contract, { ...INFO, servers: ['/api', { url: 'https://example.com' }] })
  expect(document.openapi).toBe('3.2.0')
  expect(await flaws(document)).toEqual([])

  const { ticks: _, bulk: __, ...others } = contract.handlers
  const buffered = openapi({ ...contract, handlers: others }, INFO)
  expect(buffered.openapi).toBe('3.1.1')
  expect(await flaws(buffered)).toEqual([])
})

test('every service of the examples is a valid document', async () => {
  const root = fileURLToPath(new URL('../../examples/', import.meta.url))
  const modules = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /(?<!\.test)\.ts$/.test(name) && !name.includes('node_modules') && hasService(root + name),
  )
  let checked = 0
  for (const name of modules) {
    const exported = (await import(pathToFileURL(root + name).href)) as Record<string, unknown>
    for (const { contract } of Object.values(exported).filter(isService)) {
      checked++
      expect(await flaws(openapi(contract, INFO)), name).toEqual([])
    }
  }
  expect(checked, 'services looked at').toBeGreaterThan(0)
})

test('a document is plain data, and the same for the same contract', () => {
  const document = openapi(everything.contract, INFO)
  expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  expect(openapi(structuredClone(everything.contract), INFO)).toEqual(document)
})

test('any contract is a valid document', async () => {
  await fc.assert(
    fc.asyncProperty(contracts, async (contract) => {
      expect(await flaws(openapi(contract, INFO))).toEqual([])
    }),
    { numRuns: 150 },
  )
})

function hasService(path: string): boolean {
  return /\bservice\(/.test(readFileSync(path, 'utf8'))
}

function isService(value: unknown): value is { readonly contract: Contract } {
  return typeof value === 'function' && 'contract' in value
}
