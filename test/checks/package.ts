/**
 * Step `package`: whether what would be published is whole, and nothing in the tree is left over.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfStale, pack } from './dist.ts'
import { type Outcome, single } from './step.ts'
import { tool } from './tool.ts'

/** Runs all of its checks, and names those that failed. */
export async function checkPackage(): Promise<Outcome> {
  const failed: string[] = []
  const check = async (name: string, args: readonly string[], title = name): Promise<void> => {
    console.log(`$ ${title}`)
    if (!(await tool(PACKAGES[name] ?? name, name, args)).ok) failed.push(title)
  }
  // Twice: what only tests use is left over in production, what nobody uses everywhere.
  await check('knip', ['--no-progress'])
  await check('knip', ['--no-progress', '--production'], 'knip --production')

  const folder = mkdtempSync(join(tmpdir(), 'hagaki-package-'))
  try {
    await buildIfStale()
    const { path } = await pack(folder)
    await check('publint', ['run', path, '--strict'])
    await check('attw', [path, '--profile', 'esm-only', '--no-emoji'])
  } catch (error) {
    console.error((error as Error).message)
    failed.push('pack')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return single(failed.length === 0, failed.join(', '))
}

/** Packages whose program has another name. */
const PACKAGES: Readonly<Record<string, string>> = { attw: '@arethetypeswrong/cli' }
