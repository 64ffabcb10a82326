/** A program in another language that calls a service over HTTP, and prints what it got as JSON lines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type App, mount, silentLog } from 'hagaki'
import { serve } from 'hagaki/server'
import { expect, onTestFinished } from 'vitest'
import { python, ruby } from '../../scripts/needs.ts'
import { runProgram } from '../process.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const from = (folder: string): string => fileURLToPath(new URL(`../../workers/${folder}`, import.meta.url))

const LANGUAGES = {
  Python: { program: python, ending: 'py', path: { PYTHONPATH: from('python') } },
  Ruby: { program: ruby, ending: 'rb', path: { RUBYLIB: from('ruby') } },
} as const

/** Runs `name`, such as "form_posts", against a served `service`. Gives its lines. */
export async function linesOf(
  language: keyof typeof LANGUAGES,
  name: string,
  service: App & { readonly contract: object },
): Promise<unknown[]> {
  const { program, ending, path } = LANGUAGES[language]
  const running = await serve(mount({ '/api': service }), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-client-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const contract = join(folder, 'api.json')
  writeFileSync(contract, JSON.stringify(service.contract))
  const place = { cwd: HERE, env: { ...process.env, ...path } }
  const { stdout, stderr } = await runProgram(
    program(),
    [`${name}.${ending}`, contract, `${running.url}/api`],
    place,
  )
  expect(stderr).toBe('')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}
