/**
 * Lines of a `sh` block: where one command ends, and what is to be done with it.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'

/** The commands of a block, comments left out. A command goes on as long as bash says it does. */
export function commands(block: string): string[] {
  const found: string[] = []
  let pending = ''
  for (const line of block.split('\n')) {
    if (pending === '' && /^\s*(#|$)/.test(line)) continue
    pending += pending === '' ? line : `\n${line}`
    if (!isWhole(pending)) continue
    found.push(pending)
    pending = ''
  }
  if (pending !== '') throw new Error(`This command never ends: ${pending}`)
  return found
}

/** Quotes, here-documents, loops and lines that end in a backslash want more lines. */
function isWhole(command: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(command)) return false
  const { status, stderr } = spawnSync('bash', ['-n'], { input: command, encoding: 'utf8' })
  // An open here-document is a warning to bash, not an error.
  return status === 0 && stderr === ''
}

/**
 * True for a command that goes on until it is told to end: one that ends in `&`, or `hagaki FILE`
 * with its options, or `hagaki work`. `hagaki contract FILE` and the like end by themselves.
 */
export function serves(command: string): boolean {
  const plain = command.replace(/\s+#[^'"]*$/, '').trim()
  if (/(^|[^&])&$/.test(plain)) return true
  const first = /^(?:\w+=\S*\s+)*(?:npx\s+)?hagaki\s+(\S+)/.exec(plain)?.[1]
  if (first === undefined || /^(-h|--help|-v|--version)$/.test(first)) return false
  if (first === 'work') return !/\s(-h|--help)\b/.test(plain)
  return first.startsWith('-') || /\.(?:[cm]?[jt]s|py|ru|rb)(?::\w+)?$/.test(first)
}

/** `hagaki FILE` that names no port (`hagaki work` has none), made to take this one instead of its default. */
export function withPort(command: string, port: string): string {
  if (/\s(-p|--port)\b|\bhagaki\s+work\b/.test(command)) return command
  return command.replace(/^((?:\w+=\S*\s+)*(?:npx\s+)?hagaki)\s/, `$1 --port ${port} `)
}

/** What is read here of package.json. */
export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/**
 * npm's own commands are not run: they install what this test stands on, or run this test. They are
 * held against package.json: scripts and packages they name have to be there.
 *
 * Gives null for any other command, else what is wrong with it; empty when nothing is.
 */
export function npmProblem(command: string, manifest: Manifest): string | null {
  const parts = command.replace(/\s#.*$/, '').split('&&')
  const problems = parts.map((part) => partProblem(part.trim(), manifest))
  if (problems.includes(null)) return null
  return problems.find((problem) => problem !== '') ?? ''
}

function partProblem(command: string, manifest: Manifest): string | null {
  const line = /^npm (ci|pack|install|test|start|run)\b(.*)$/.exec(command)
  if (line === null) return null
  const [, verb, rest] = line as unknown as [string, string, string]
  const words = rest.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'))
  if (verb === 'ci' || verb === 'pack') return ''
  if (verb === 'install') {
    const known = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies }
    const ours = [manifest.name, `${manifest.name}-${manifest.version}.tgz`]
    const unknown = words.filter((name) => !ours.includes(fileOf(name)) && known[name] === undefined)
    return unknown.length === 0 ? '' : `no test has ${unknown.join(', ')}: add it to package.json`
  }
  const script = verb === 'run' ? words[0]! : verb
  return manifest.scripts?.[script] === undefined ? `package.json has no script ${script}` : ''
}

/** Of a path to what `npm pack` made, its last part; a package's name as it is. */
function fileOf(word: string): string {
  return word.endsWith('.tgz') ? word.slice(word.lastIndexOf('/') + 1) : word
}
