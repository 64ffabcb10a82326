/**
 * The package as users get it: packed, installed in an empty project, imported, type-checked, served.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from './checks/child.ts'
import { buildIfStale, pack, type Tarball } from './checks/dist.ts'
import { npm, toolPath } from './checks/tool.ts'
import { readSource } from './layers/source.ts'
import { type Ended, type Place, runProgram, Service } from './process.ts'

interface Manifest {
  readonly version: string
  readonly exports: Conditions
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

type Conditions = string | { readonly [name: string]: Conditions }

const APP = `
import { app, text } from 'hagaki'
export default app((method, path) => text(method + ' ' + path))
`

const SERVE = `
import { serve } from 'hagaki/server'
import hello from './app.js'
const { url } = await serve(hello, { port: 0 })
console.log('Listening on ' + url)
`

const TYPED = `
import { type App, app, text } from 'hagaki'
const hello: App = app((method, path) => text(method.toLowerCase() + path))
// @ts-expect-error: a status is a number
const wrong: App = () => ['200', null, {}, null]
export { hello, wrong }
`

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest
const project = mkdtempSync(join(realpathSync(tmpdir()), 'hagaki-installed-'))
const bin = join(project, 'node_modules', '.bin', 'hagaki')
let tarball: Tarball

beforeAll(async () => {
  await buildIfStale()
  tarball = await pack(project)
  const files = { 'app.js': APP, 'serve.js': SERVE, 'typed.ts': TYPED, 'package.json': '{"type":"module"}' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const { ok } = await npm(['install', tarball.path, ...quiet], { cwd: project, keep: 'stdout' })
  if (!ok) throw new Error('npm install failed: see its output above')
}, 180_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

test('every path of exports and bin is in it', () => {
  const named = [...paths(manifest.exports), ...Object.values(manifest.bin)]
  const absent = named.filter((path) => !tarball.files.some((file) => matches(path, file)))
  expect(named.length).toBeGreaterThan(0)
  expect(absent).toEqual([])
})

test('it holds no tests and nothing that a build leaves behind', () => {
  const odd = /\.test(-d)?\.|tsbuildinfo|__pycache__|\.pyc$|(^|\/)tests?\//
  expect(tarball.files.filter((file) => odd.test(file))).toEqual([])
  expect(tarball.files).toEqual(expect.arrayContaining(['LICENSE', 'package.json']))
})

test('what was built imports nothing but itself, Node, and what users get', () => {
  const given = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const built = tarball.files.filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file))
  const strange = built.flatMap((file) =>
    readSource(file, readFileSync(join(ROOT, file), 'utf8')).imports.flatMap(({ specifier }) => {
      if (specifier === null || /^(node:|\.)/.test(specifier)) return []
      return given.some((name) => specifier === name || specifier.startsWith(`${name}/`))
        ? []
        : [`${file} imports ${specifier}`]
    }),
  )
  expect(built.length, 'files looked at').toBeGreaterThan(0)
  expect(strange).toEqual([])
})

test('package.json and src/version.ts agree on the version', async () => {
  const { VERSION } = await import('../src/version.ts')
  expect(VERSION).toBe(manifest.version)
})

test('TypeScript users get its types, libraries checked too', async () => {
  const flags = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--noEmit', '--types', 'node']
  const roots = ['--typeRoots', join(ROOT, 'node_modules', '@types')]
  const { code, stdout } = await node(toolPath('typescript', 'tsc'), ...flags, ...roots, 'typed.ts')
  expect(stdout).toBe('')
  expect(code).toBe(0)
})

test('an app in plain JavaScript serves over a socket', async () => {
  await answers(process.execPath, ['serve.js'])
})

test('the program says how to use it', async () => {
  const { code, stdout } = await runProgram(bin, ['--help'], place())
  expect(stdout).toContain('hagaki')
  expect(code).toBe(0)
})

test('the program serves an app over a socket', async () => {
  await answers(bin, ['app.js', '-p', '0'])
})

test('the program serves an app by workers', async () => {
  await answers(bin, ['app.js', '-p', '0', '-w', '2', '-E', 'production'])
})

test('the program tries an app with no server', async () => {
  const { code, stdout } = await runProgram(bin, ['try', 'app.js', 'DELETE', '/hello'], place())
  expect([code, stdout]).toEqual([0, 'DELETE /hello'])
})

test('the program says what a package that npm began as CommonJS needs', async () => {
  const folder = join(project, 'commonjs')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }')
  writeFileSync(join(folder, 'app.js'), APP)
  const { code, stderr } = await runProgram(bin, ['try', 'commonjs/app.js', '/'], place())
  expect(code).toBe(1)
  expect(stderr).toContain(
    'outside a module. Write "type": "module" in package.json, or name the file .mjs: ' +
      'package.json says "type": "commonjs", not "module", so Node takes it for CommonJS\n',
  )
})

/** Newer Nodes take types away by themselves, and no more. */
const strips = (process.features as { readonly typescript?: unknown }).typescript === 'strip'
const TSX = strips
  ? "or install tsx and run with NODE_OPTIONS='--import tsx'\n"
  : 'Install it beside the module: npm install --save-dev tsx'

test('the program says what to do about TypeScript that Node alone does not run', async () => {
  writeFileSync(join(project, 'enum.ts'), 'enum Color { Red }\nexport default () => Color\n')
  const { code, stderr } = await runProgram(bin, ['try', 'enum.ts', '/'], place())
  expect(code).toBe(1)
  expect(stderr).toContain(TSX)
})

/** Starts a server, takes its address from what it prints, and asks it once. */
async function answers(program: string, args: readonly string[]): Promise<void> {
  const service = await Service.start(program, args, place())
  try {
    const url = /https?:\/\/[^\s/]+/.exec(service.output)![0]
    const response = await fetch(`${url}/hello`)
    expect([response.status, await response.text()]).toEqual([200, 'GET /hello'])
  } finally {
    await service.end()
  }
}

function node(...args: readonly string[]): Promise<Ended> {
  return runProgram(process.execPath, args, place())
}

/** In the project, as a user has it: without our condition and our loader. */
function place(): Place {
  const { NODE_OPTIONS: _, ...env } = process.env
  return { cwd: project, env: { ...env, NO_COLOR: '1' } }
}

/** Every path that a tree of conditions leads to. */
function paths(exports: Conditions): string[] {
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(paths)
}

/** True when a file is what `path` names; a `*` stands for anything. */
function matches(path: string, file: string): boolean {
  const [start, end] = path.replace(/^\.\//, '').split('*') as [string, string?]
  return end === undefined ? file === start : file.startsWith(start) && file.endsWith(end)
}
