import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { needsTsx, tsxUrl } from './typescript.ts'

test('tsx is found beside the module that needs it', () => {
  const url = tsxUrl(new URL(import.meta.url), 'app.ts')
  expect(existsSync(fileURLToPath(url))).toBe(true)
})

test('where tsx is not installed, the fault says what to type', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-tsx-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(() => tsxUrl(pathToFileURL(join(folder, 'app.ts')), 'app.ts')).toThrow(
    /^app\.ts: Node [0-9.]+ reads TypeScript by tsx, which is not installed\. Install it beside the module: npm install --save-dev tsx\./,
  )
})

test('JavaScript needs no help, and TypeScript does where this Node strips no types', () => {
  const strips = Boolean((process.features as { readonly typescript?: unknown }).typescript)
  for (const name of ['app.js', 'app.mjs', 'app.cjs', 'ts', 'app.ts.js']) {
    expect(needsTsx(new URL(`file:///a/${name}`)), name).toBe(false)
  }
  for (const name of ['app.ts', 'app.mts', 'app.cts', 'app.tsx']) {
    expect(needsTsx(new URL(`file:///a/${name}`)), name).toBe(!strips)
  }
})
