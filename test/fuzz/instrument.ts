/**
 * Source text that counts what it runs: each function, branch and right-hand side of a logical
 * operator adds one to a place of its own in `globalThis.hagakiHits`.
 *
 * No line is added, so that line numbers stay true.
 *
 * @module
 */
import { parseSync } from 'oxc-parser'
import { HITS, MOST_PLACES } from './coverage.ts'

export interface Instrumented {
  readonly text: string
  /** The first place that is still free. */
  readonly next: number
  /** Short string literals of the text: what it compares its input with. */
  readonly words: readonly string[]
}

/** Instruments a module; its places begin with `first`. Throws Error for what does not parse. */
export function instrument(file: string, text: string, first: number): Instrumented {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`Cannot parse ${file}: ${errors[0]!.message}`)
  const edits: Edit[] = []
  const words = new Set<string>()
  let place = first
  const count = (): string => `$hits[${place++}]++`
  walk(program as unknown as Node, (node) => {
    if (node.type === 'Literal' && typeof node['value'] === 'string') words.add(node['value'])
    for (const [part, how] of countedParts(node)) {
      if (how === 'inside') edits.push({ at: part.start + 1, text: `${count()};`, closes: false })
      else {
        const [open, close] = how === 'expression' ? ['(', ')'] : ['{', '}']
        edits.push({
          at: part.start,
          text: `${open}${count()}${how === 'expression' ? ',' : ';'}`,
          closes: false,
        })
        edits.push({ at: part.end, text: close, closes: true })
      }
    }
  })
  return {
    text: `const $hits = (globalThis.${HITS} ??= new Uint16Array(${MOST_PLACES}));${applied(text, edits)}`,
    next: place,
    words: [...words].filter((word) => word.length > 1 && word.length <= 24 && /^[\0-\xff]*$/.test(word)),
  }
}

interface Edit {
  readonly at: number
  readonly text: string
  readonly closes: boolean
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

type How = 'inside' | 'statement' | 'expression'

/** The parts of a node that run or do not run on their own. */
function* countedParts(node: Node): Generator<[part: Node, how: How]> {
  const statement = (part: unknown): [Node, How][] =>
    isNode(part) ? [[part, part.type === 'BlockStatement' ? 'inside' : 'statement']] : []
  switch (node.type) {
    case 'FunctionBody':
      yield [node, 'inside']
      break
    case 'ArrowFunctionExpression': {
      const body = node['body'] as Node
      // An arrow's expression stands in a function body of its own, which has no braces.
      const [only] = body.type === 'FunctionBody' ? [] : [body]
      if (only !== undefined && only.type !== 'BlockStatement') yield [only, 'expression']
      break
    }
    case 'IfStatement':
      yield* statement(node['consequent'])
      yield* statement(node['alternate'])
      break
    case 'ForStatement':
    case 'ForOfStatement':
    case 'ForInStatement':
    case 'WhileStatement':
      yield* statement(node['body'])
      break
    case 'CatchClause':
      yield* statement(node['body'])
      break
    case 'ConditionalExpression':
      yield [node['consequent'] as Node, 'expression']
      yield [node['alternate'] as Node, 'expression']
      break
    case 'LogicalExpression':
      yield [node['right'] as Node, 'expression']
      break
    case 'SwitchCase': {
      const [begin] = node['consequent'] as readonly Node[]
      // A declaration would be shut in by braces of its own; its case is then told by what follows.
      if (begin !== undefined && begin.type === 'BlockStatement') yield [begin, 'inside']
      else if (begin !== undefined && !begin.type.endsWith('Declaration')) yield [begin, 'statement']
    }
  }
}

function walk(node: Node, visit: (node: Node) => void): void {
  // Types never run; the three that wrap what runs are gone through.
  if (node.type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies)/.test(node.type)) return
  visit(node)
  for (const member of Object.values(node)) {
    for (const one of Array.isArray(member) ? (member as unknown[]) : [member])
      if (isNode(one)) walk(one, visit)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

// Where several stand at one place, what closes comes first, the innermost before the others; then
// what opens, the outermost first. Edits come outermost first.
function applied(text: string, edits: readonly Edit[]): string {
  const rank = ({ closes }: Edit, at: number): number => (closes ? -at - 1 : at)
  const ordered = edits
    .map((edit, at) => ({ ...edit, rank: rank(edit, at) }))
    .sort((a, b) => a.at - b.at || a.rank - b.rank)
  let made = ''
  let from = 0
  for (const { at, text: put } of ordered) {
    made += text.slice(from, at) + put
    from = at
  }
  return made + text.slice(from)
}
