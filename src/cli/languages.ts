/**
 * Modules in other languages than ours: which file is one, and how it becomes an app.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { ForeignHandlers } from '../foreign/foreign-handlers.ts'
import type { AnyService } from '../handler/handlers.ts'

/** Plain data: it also goes to worker processes. What was not typed is not there. */
export interface ForeignOptions {
  readonly processes?: number
  readonly threads?: number
  readonly timeout?: string
  readonly memory?: string
  readonly maxRequests?: number
  readonly reload?: boolean
  readonly python?: string
  readonly venv?: string
  readonly ruby?: string
  readonly earlyHints?: boolean
}

export interface Language {
  /** For messages. */
  readonly name: string
  /** Endings of its files. */
  readonly endings: readonly string[]
  /**
   * The app in a file. `member` is what stands behind the colon, null where nothing does; `typed` is the
   * module as the user named it. Fault: setup_faulty.
   */
  app(file: string, member: string | null, options: ForeignOptions, typed: string): Promise<App>
  /** The service in a file, to be looked at and not called, where the language has handlers. Fault: setup_faulty. */
  readonly service?: (file: string, member: string | null, typed: string) => Promise<AnyService>
}

const PYTHON: Language = {
  name: 'Python',
  endings: ['.py'],
  app: async (file, member, options, typed) => {
    const { pythonEither } = await import('../foreign/python-handlers.ts')
    const { folder, module } = pythonModule(file, typed)
    return pythonEither(member === null ? module : `${module}:${member}`, { ...options, cwd: folder })
  },
  service: async (file, member, typed) => {
    const { pythonOffer } = await import('../foreign/python-handlers.ts')
    const { folder, module } = pythonModule(file, typed)
    const target = member === null ? module : `${module}:${member}`
    return serviceAlone(pythonOffer(target, { cwd: folder, reload: false }))
  },
}

const RUBY: Language = {
  name: 'Ruby',
  endings: ['.ru', '.rb'],
  app: async (file, member, options, typed) => {
    if (file.endsWith('.rb')) {
      const { ruby } = await import('../foreign/ruby-handlers.ts')
      const { remote } = await import('../transport/remote.ts')
      return remote(ruby(rubyTarget(file, member), { ...options, cwd: dirname(file) }))
    }
    const { rack } = await import('../foreign/rack.ts')
    if (member === null) return rack(basename(file), { ...options, cwd: dirname(file) })
    const fix = `The file says which app it runs: name it alone, ${basename(file)}`
    throw new Fault('setup_faulty', { what: typed, reason: 'a rackup file has no members', fix })
  },
  service: async (file, member, typed) => {
    const { rubyOffer } = await import('../foreign/ruby-handlers.ts')
    if (file.endsWith('.rb'))
      return serviceAlone(rubyOffer(rubyTarget(file, member), { cwd: dirname(file), reload: false }))
    const fix = 'Name the file of a service of handlers, such as notes.rb'
    throw new Fault('setup_faulty', { what: typed, reason: 'its app has no contract', fix })
  },
}

async function serviceAlone(handlers: ForeignHandlers): Promise<AnyService> {
  try {
    return await handlers.service()
  } finally {
    await handlers.close()
  }
}

const LANGUAGES: readonly Language[] = [PYTHON, RUBY]

const OURS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx']

/** The file and the member of "app.py:app" and "app.ts:notes"; the member null where there is none. */
export function splitModule(module: string): readonly [file: string, member: string | null] {
  const all = [...OURS, ...LANGUAGES.flatMap((language) => language.endings)]
  const endings = all.map((ending) => ending.replace('.', '\\.'))
  const [, file, member = null] = new RegExp(`^(.*(?:${endings.join('|')}))(?::(.*))?$`).exec(module) ?? []
  return file === undefined ? [module, null] : [file, member]
}

/** The language of a module that was named, or null for ours. */
export function languageOf(module: string): Language | null {
  const [file] = splitModule(module)
  return LANGUAGES.find(({ endings }) => endings.some((ending) => file.endsWith(ending))) ?? null
}

function rubyTarget(file: string, member: string | null): string {
  return member === null ? basename(file) : `${basename(file)}:${member}`
}

// Of a file in packages, the module's name has those of the packages: that is how its imports find the rest.
function pythonModule(file: string, typed: string): { readonly folder: string; readonly module: string } {
  const names = [basename(file).replace(/\.py$/, '')]
  let folder = dirname(file)
  while (existsSync(join(folder, '__init__.py')) && dirname(folder) !== folder) {
    names.unshift(basename(folder))
    folder = dirname(folder)
  }
  const odd = names.find((name) => !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))
  if (odd === undefined) return { folder, module: names.join('.') }
  const reason = `${JSON.stringify(odd)} is no name that Python can import`
  const fix = 'Use letters, digits and underscores: app.py, my_app.py'
  throw new Fault('setup_faulty', { what: typed, reason, fix })
}
