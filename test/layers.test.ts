/**
 * The layer table, held against the code. A file imports lower layers only, types included; folders
 * on one layer do not import each other; the portable set knows nothing of Node.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { breaches, isTest, type Table } from './layers/rules.ts'

const TABLE: Table = {
  layers: [
    ['contract.ts', 'call-fault.ts', 'fault.ts', 'version.ts'],
    ['value/'],
    ['wire/', 'codec/', 'schema/', 'call/'],
    // Spooling knows nothing of handlers: bytes come in, and what takes them away is handed in.
    ['middleware/', 'lint/', 'module/', 'spool/', 'topic/'],
    ['handler/', 'server/', 'transport/'],
    ['stream/', 'client/', 'openapi/', 'changes/', 'work/', 'check-worker/', 'passwords/'],
    // Handlers in other languages are made into ours, streams included.
    ['foreign/'],
    ['cli/', 'inspect/'],
  ],
  top: ['index.ts'],
  // They meet in the contract.
  strangers: [
    ['server/', 'handler/'],
    ['transport/', 'handler/'],
  ],
  // A client is made from a contract: the handlers stay on the server.
  typesOnly: [['client/', 'handler/']],
  portable: [
    'contract.ts',
    'call-fault.ts',
    'fault.ts',
    'version.ts',
    'value/',
    'wire/',
    'codec/',
    'schema/',
    'call/',
    'middleware/cors.ts',
    'middleware/cors/',
    'middleware/forwarded.ts',
    'middleware/health.ts',
    'middleware/health/',
    'middleware/mount.ts',
    'middleware/request-id.ts',
    'middleware/setup.ts',
    'middleware/telling-fields.ts',
    'middleware/trust-proxy.ts',
    'middleware/with-fields.ts',
    'handler/',
    'stream/',
    'topic/',
    'transport/aborts.ts',
    'transport/by-name.ts',
    'transport/caller.ts',
    'transport/carrying.ts',
    'transport/changes.ts',
    'transport/far-side.ts',
    'transport/hints.ts',
    'transport/idle.ts',
    'transport/keep-alive.ts',
    'transport/named.ts',
    'transport/opening.ts',
    'transport/patience.ts',
    'transport/pool.ts',
    'transport/remote.ts',
    'transport/response.ts',
    'transport/slot.ts',
    'transport/under-way.ts',
    'transport/web-socket/client.ts',
    'transport/web-socket/link.ts',
    'transport/web-socket/peer-library.ts',
    'client/',
    'openapi/',
    'changes/',
  ],
  nodeNames: ['Buffer', 'process', '__dirname', '__filename', 'setImmediate'],
}

const SRC = new URL('../src/', import.meta.url)

const folders = readdirSync(SRC, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `${entry.name}/`)

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !isTest(name))
  .sort()

test('every file imports lower layers only, and the portable set nothing of Node', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest
  const given = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }
  const texts = new Map(files.map((file) => [file, readFileSync(new URL(file, SRC), 'utf8')]))

  expect(files.length, 'files checked').toBeGreaterThan(0)
  expect(breaches(TABLE, texts, new Set(Object.keys(given)))).toEqual([])
})

test('every folder of src has a row in the table', () => {
  const rooms = [...TABLE.layers.flat(), ...TABLE.top]
  expect(folders.filter((folder) => !rooms.includes(folder))).toEqual([])
})

test('what the table calls portable is there', () => {
  const absent = TABLE.portable.filter((one) => {
    const folder = one.slice(0, one.indexOf('/') + 1)
    if (folder !== '' && !folders.includes(folder)) return false
    return !files.some((file) => file === one || (one.endsWith('/') && file.startsWith(one)))
  })
  expect(absent).toEqual([])
})

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
