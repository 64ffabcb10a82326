/**
 * Step `unit`: every `*.test.ts`, by vitest, counted from its JSON report.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './child.ts'
import type { Outcome } from './step.ts'
import { toolPath } from './tool.ts'

/** What differs when not all of them run on this Node. */
export interface Selection {
  /** The Node to run them on. */
  readonly program?: string
  /** Parts of the paths of the test files; by default all of them run. */
  readonly folders?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export async function runVitest(selection: Selection = {}): Promise<Outcome> {
  const { program = process.execPath, folders = [], env } = selection
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-unit-'))
  const file = join(folder, 'report.json')
  try {
    const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const args = [toolPath('vitest', 'vitest'), 'run', ...folders, ...reports]
    const { ok } = await run(program, args, env === undefined ? {} : { env })
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null
    return countReport(report, ok)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The members of vitest's JSON report that are read here. */
export interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** Counts single tests. A file that did not load, and a run that broke, count as one failed each. */
export function countReport(report: Report | null, ok: boolean): Outcome {
  if (report === null) return { passed: 0, failed: 1, note: 'vitest ended without a report' }

  const tests = report.testResults.flatMap((file) => file.assertionResults.map((test) => test.status))
  const count = (status: string): number => tests.filter((one) => one === status).length
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const [passed, failed] = [count('passed'), count('failed') + unloaded]
  const left = tests.length - passed - count('failed')

  const notes = [`${report.testResults.length} files`]
  if (unloaded > 0) notes.push(`${unloaded} did not load`)
  if (left > 0) notes.push(`${left} not run`)
  if (ok || failed > 0) return { passed, failed, note: notes.join(', ') }
  return { passed, failed: 1, note: [...notes, 'an error outside the tests'].join(', ') }
}
