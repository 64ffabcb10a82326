/**
 * Runs one page: its blocks, in order, in a project of its own.
 *
 *   ts, js           with a file name (`// notes.ts`) written; without one written and run, must exit 0
 *   sh               run line by line, each must exit 0; what serves is started and awaited
 *   text, json       right after a block that ran: its output
 *   tsx, py, rb, html, css, jsonc   with a file name in their first line's comment: written
 *
 * Everything in TypeScript and JavaScript is type-checked, strictly, when the page ends, and before a
 * file is written anew. Anything else fails: nothing stands in a page that no test has looked at.
 *
 * The page of an example is read in a checkout: its commands find `examples/`, and code in it is quoted from a file
 * beside it.
 *
 * @module
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { runProgram, Service } from '../process.ts'
import { isExpected } from './expected.ts'
import { type Block, readPage } from './markdown.ts'
import { Ports } from './ports.ts'
import { Project } from './project.ts'
import { commands, type Manifest, npmProblem, serves, withPort } from './shell.ts'

/** Runs the page of that text; `root` is the repository. Throws Error for the first block that fails. */
export async function runPage(name: string, text: string, root: string): Promise<void> {
  const ports = await Ports.for(text)
  const page = new RunningPage(root, ports, name.startsWith('examples/') ? join(root, dirname(name)) : null)
  let line = 1
  try {
    for (const block of readPage(text).blocks) {
      line = block.line
      await page.take({ ...block, text: ports.replace(block.text) })
    }
    await page.typeCheck()
  } catch (error) {
    throw new Error(`${name}:${line} ${(error as Error).message}`)
  } finally {
    await page.end()
  }
}

/** How the first line names a file, by language. */
const NAMED: Readonly<Record<string, RegExp>> = {
  ts: /^\/\/ (\S+\.\w+)\s*$/,
  tsx: /^\/\/ (\S+\.\w+)\s*$/,
  js: /^\/\/ (\S+\.\w+)\s*$/,
  jsonc: /^\/\/ (\S+\.\w+)\s*$/,
  py: /^# (\S+\.\w+)\s*$/,
  rb: /^# (\S+\.\w+)\s*$/,
  html: /^<!-- (\S+\.\w+) -->\s*$/,
  css: /^\/\* (\S+\.\w+) \*\/\s*$/,
}

class RunningPage {
  readonly #root: string
  readonly #ports: Ports
  readonly #project: Project
  /** The folder of the example that the page is of, or null. */
  readonly #example: string | null
  readonly #services: { readonly ports: readonly string[]; readonly service: Service }[] = []
  /** Of the block before, when that ran something. */
  #output: Output | null = null
  #snippets = 0

  constructor(root: string, ports: Ports, example: string | null) {
    this.#root = root
    this.#ports = ports
    this.#example = example
    this.#project = new Project(root)
    this.#project.write('.state', '')
    if (example !== null) this.#project.checkOut()
  }

  async take(block: Block): Promise<void> {
    const output = this.#output
    this.#output = null
    if (this.#example !== null && !SPOKEN.has(block.language)) return quoted(block, this.#example)
    const file = NAMED[block.language]?.exec(block.text.split('\n', 1)[0]!)?.[1]
    if (file !== undefined) return this.#write(file, block.text)
    switch (block.language) {
      case 'ts':
      case 'js':
        return this.#snippet(block)
      case 'sh':
        return this.#shell(block)
      case 'text':
      case 'json':
        if (output === null)
          throw new Error(`This ${block.language} block is output, and nothing ran before it`)
        return compare(block.language, block.text, output)
      default:
        throw new Error(`Say how to run it: ${block.language || 'no language'} is not known (${KNOWN})`)
    }
  }

  async typeCheck(): Promise<void> {
    const complaints = await this.#project.typeCheck()
    if (complaints !== '') throw new Error(`Does not type-check up to here:\n${complaints}`)
  }

  async end(): Promise<void> {
    await Promise.all(this.#services.map(({ service }) => service.end()))
    this.#project.remove()
  }

  async #write(file: string, text: string): Promise<void> {
    if (this.#project.has(file)) await this.typeCheck()
    this.#project.write(file, text)
  }

  async #snippet({ language, text }: Block): Promise<void> {
    const file = `snippet-${++this.#snippets}.${language}`
    this.#project.write(file, text)
    const { code, stdout, stderr } = await this.#project.run(file)
    if (code !== 0) throw new Error(`${ending(code)}\n${stdout}${stderr}`)
    this.#output = { text: () => stdout, grows: false }
  }

  async #shell({ text }: Block): Promise<void> {
    const manifest = JSON.parse(readFileSync(join(this.#root, 'package.json'), 'utf8')) as Manifest
    const outputs: string[] = []
    let served: Service | null = null
    for (const typed of commands(text)) {
      const command =
        this.#example === null ? typed : typed.replace(/^npm start(?: --)?(.*)$/, 'npm-start$1 &')
      const problem = npmProblem(command, manifest)
      if (problem !== null) {
        if (problem !== '') throw new Error(`\`${command}\`: ${problem}`)
      } else if (serves(command)) {
        served = await this.#serve(command)
      } else {
        outputs.push(await this.#run(command))
      }
    }
    // Of servers only when nothing else ran: their log is nobody's output.
    if (outputs.length > 0) this.#output = { text: () => outputs.join(''), grows: false }
    else if (served !== null) this.#output = { text: () => served.output, grows: true }
  }

  async #run(command: string): Promise<string> {
    const script = `. ./.state; trap '${SAVE}' EXIT\n${command}\n`
    const { code, stdout, stderr } = await runProgram('bash', ['-c', script], this.#place())
    if (code !== 0) throw new Error(`\`${command}\` ${ending(code)}\n${stdout}${stderr}`)
    // As it would stand in a terminal with a prompt between.
    return stdout === '' || stdout.endsWith('\n') ? stdout : `${stdout}\n`
  }

  async #serve(line: string): Promise<Service> {
    const command = withPort(line, this.#ports.default)
    const ports = this.#ports.namedIn(command)
    for (const before of this.#services) {
      // Who reads the page has ended the one before, to have its port again.
      if (before.ports.some((port) => ports.includes(port))) await before.service.end()
    }
    const plain = command.replace(/&\s*(#.*)?$/, '')
    try {
      const service = await Service.start('bash', ['-c', `. ./.state\n${plain}`], this.#place())
      this.#services.push({ ports, service })
      return service
    } catch (error) {
      throw new Error(`\`${command}\` ${(error as Error).message}`)
    }
  }

  #place(): { cwd: string; env: NodeJS.ProcessEnv } {
    const state = join(this.#project.folder, '.state')
    return { cwd: this.#project.folder, env: { ...this.#project.env, STATE: state } }
  }
}

/** What is run of the page of an example, and what it says. */
const SPOKEN: ReadonlySet<string> = new Set(['sh', 'text', 'json'])

/** Throws Error for code that stands in no file of the folder, or of those below. */
function quoted({ language, text }: Block, folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (extname(name) === `.${language}` && readFileSync(join(folder, name), 'utf8').includes(text)) return
  throw new Error(`This stands in no .${language} file of ${folder}:\n${text}`)
}

/** Keeps folder and exported variables from one line to the next, as a terminal does. */
const SAVE = `{ export -p; printf "cd %q\\n" "$PWD"; } > "$STATE"`

const KNOWN = 'ts, js, sh, text, json, and py, rb, html, css, jsonc with a file name'

function ending(code: number | null): string {
  return code === null ? 'did not end in time' : `ended with ${code}`
}

/** What something wrote that was run. */
interface Output {
  readonly text: () => string
  /** True of a server, which may write on. */
  readonly grows: boolean
}

/** How long a server may take to write what it is said to, in milliseconds. */
const PATIENCE_MS = 60_000

async function compare(language: 'text' | 'json', expected: string, { text, grows }: Output): Promise<void> {
  const until = performance.now() + (grows ? PATIENCE_MS : 0)
  while (!isExpected(language, expected, text())) {
    if (performance.now() >= until)
      throw new Error(`The output is not as written. Written:\n${expected}\nOutput:\n${text()}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
