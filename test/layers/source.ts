/**
 * What one source file imports and which names it uses, read from its syntax tree.
 *
 *   in     file name (its extension tells the language), text
 *   out    imports in source order; identifiers that are not member names
 *   throws Error when the text does not parse: a file that cannot be read is not a file that is fine
 *
 * A parser and not a regular expression: an import inside a template, a string or a comment is none,
 * and `import('./a.ts').A` as a type is one.
 *
 * @module
 */
import { parseSync } from 'oxc-parser'

export interface Import {
  /** As written, or null when it is computed: `import(name)`. */
  readonly specifier: string | null
  /**
   * Erased whole: `import type`, `export type ... from`, `import('...')` in a type. Not so
   * `import { type A }`: under `verbatimModuleSyntax` its module is still loaded.
   */
  readonly typeOnly: boolean
  readonly line: number
}

export interface Name {
  readonly name: string
  readonly line: number
}

export interface Source {
  readonly imports: readonly Import[]
  readonly names: readonly Name[]
}

/** Reads one source text. */
export function readSource(file: string, text: string): Source {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`Cannot parse ${file}: ${errors[0]!.message}`)

  const imports: Import[] = []
  const names: Name[] = []
  const starts = lineStarts(text)
  const line = (node: Node): number => starts.findLastIndex((start) => start <= node.start) + 1
  walk(program as unknown as Node, (node) => {
    const found = importOf(node)
    if (found !== null) imports.push({ ...found, line: line(node) })
    for (const name of namesOf(node)) names.push({ name, line: line(node) })
  })
  return { imports, names }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** A node of the ESTree: a type, where it starts, and members that depend on the type. */
interface Node {
  readonly type: string
  readonly start: number
  readonly [member: string]: unknown
}

function importOf(node: Node): Pick<Import, 'specifier' | 'typeOnly'> | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: literal(node['source']), typeOnly: node['importKind'] === 'type' }
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (node['source'] === null) return null
      return { specifier: literal(node['source']), typeOnly: node['exportKind'] === 'type' }
    case 'ImportExpression':
      return { specifier: literal(node['source']), typeOnly: false }
    case 'TSImportType':
      return { specifier: literal(node['source']), typeOnly: true }
    case 'TSExternalModuleReference':
      return { specifier: literal(node['expression']), typeOnly: false }
    case 'CallExpression':
      // `require('...')`: there is none in an ES module, unless somebody made one.
      if (!isNode(node['callee']) || node['callee']['name'] !== 'require') return null
      return { specifier: literal((node['arguments'] as unknown[])[0]), typeOnly: false }
    default:
      return null
  }
}

/** `x` in `x`, `x.y`, `let a: x` and `{ x }`, and the `y` of `globalThis.y`; not the `y` of `x.y` and `{ y: 1 }`. */
function namesOf(node: Node): string[] {
  if (node.type === 'Identifier') return [node['name'] as string]
  if (node.type !== 'MemberExpression') return []
  const { object, property } = node as Node & { object: Node; property: Node }
  if (object['name'] !== 'globalThis') return []
  const name = node['computed'] === true ? literal(property) : (property['name'] as string)
  return name === null ? [] : [name]
}

/** The children of a node that stand for something: a member's name after a dot or before a colon does not. */
function* children(node: Node): Generator<Node> {
  for (const member in node) {
    if (node['computed'] === false && isMemberName(node, member)) continue
    if (node.type === 'TSQualifiedName' && member === 'right') continue
    const value = node[member]
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(one)) yield one
  }
}

function isMemberName(node: Node, member: string): boolean {
  if (node.type === 'MemberExpression') return member === 'property'
  // `{ x }` is `{ x: x }`: its value is visited.
  return member === 'key'
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const child of children(node)) walk(child, visit)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

function literal(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type === 'TemplateLiteral' && (node['expressions'] as unknown[]).length === 0) {
    return (node['quasis'] as { value: { cooked: string } }[])[0]!.value.cooked
  }
  return null
}
