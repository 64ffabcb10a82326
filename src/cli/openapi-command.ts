/**
 * `hagaki openapi MODULE`: writes an OpenAPI document of a service.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { type OpenApiInfo, openapi } from '../openapi/openapi.ts'
import type { OpenApiCommand } from './command.ts'
import { handlersText, loadService } from './load-service.ts'
import { writeOutput } from './output.ts'

/** Resolves with the exit status. Faults: setup_faulty for a module that exports no service. */
export async function writeDocument(command: OpenApiCommand): Promise<number> {
  const { module, output, title, apiVersion, description, servers, host } = command
  const { contract } = await loadService(module)
  const found = packageOf(dirname(resolve(module)))
  const info: OpenApiInfo = {
    title: title ?? found.name ?? basename(module, extname(module)),
    version: apiVersion ?? found.version ?? '0.0.0',
    servers,
    ...(description !== null && { description }),
    ...(host !== null && { host }),
  }
  const document = openapi(contract, info)
  const what = `OpenAPI ${document.openapi} of ${handlersText(contract)}`
  await writeOutput(output, `${JSON.stringify(document, null, 2)}\n`, what)
  return 0
}

/** What the nearest package.json says; one that nobody can read says nothing. */
function packageOf(folder: string): { readonly name?: string; readonly version?: string } {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return dirname(folder) === folder ? {} : packageOf(dirname(folder))
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    return { ...(isText(name) && { name }), ...(isText(version) && { version }) }
  } catch {
    return {}
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
