/** What a page loads for a service of twenty handlers: the client and its contract, minified and compressed. */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { clientContract } from 'hagaki/client'
import { expect, test } from 'vitest'
import { shop } from './shop.ts'

const KIB = 1024

// What is imported when it is first called for is no part of what a page loads.
const LATER: Plugin = {
  name: 'later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : null,
    ),
}

async function bundle(contents: string): Promise<{ readonly bytes: number; readonly modules: string[] }> {
  const resolveDir = fileURLToPath(new URL('.', import.meta.url))
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['hagaki-source'],
    plugins: [LATER],
    logLevel: 'silent',
  })
  const [output] = Object.values(metafile.outputs)
  const modules = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    bytes: gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength,
    modules: modules.map(([name]) => name.replace(/^.*src\//, '')),
  }
}

const page = (contract: unknown, more = ''): string => `
  import { client, http${more} } from 'hagaki/client'
  globalThis.api = client(${JSON.stringify(contract)}, http('/api'${more === '' ? '' : `, {${more.slice(1)} }`}))
`

test('client and contract of twenty handlers are under 6 KiB', async () => {
  const contract = clientContract(shop.contract)
  expect(Object.keys(contract.handlers)).toHaveLength(20)
  const { bytes, modules } = await bundle(page(contract))
  expect(bytes).toBeLessThan(6 * KIB)
  // The names of these, for they are what comes in unasked: an import of the whole table of faults, or of schemas.
  expect(modules.filter((name) => /^(?:fault|schema|handler|stream|codec)/.test(name))).toEqual([])
})

test('a contract for clients alone is a fraction of the whole one', () => {
  const size = (contract: unknown): number => gzipSync(JSON.stringify(contract)).byteLength
  expect(size(clientContract(shop.contract))).toBeLessThan(0.6 * size(shop.contract))
})

test('progress of uploads is carried by the pages that ask for it', async () => {
  const { modules } = await bundle(page({ hagaki: 1, handlers: {} }))
  expect(modules).not.toContain('client/upload.ts')
  expect((await bundle(page({ hagaki: 1, handlers: {} }, ', upload'))).modules).toContain('client/upload.ts')
})
