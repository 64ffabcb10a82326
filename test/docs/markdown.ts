/**
 * What is read of a markdown page: its fenced code blocks, the anchors of its headings, its links.
 *
 * CommonMark 4.5 (fenced code blocks), 4.2 (ATX headings); anchors as GitHub makes them.
 *
 * @module
 */

export interface Block {
  /** First word after the fence; empty when there is none. */
  readonly language: string
  /** Without its fences and their indentation; ends with a line feed unless empty. */
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

export interface Link {
  /** As written: a path, an anchor, both, or an address. */
  readonly target: string
  readonly line: number
}

export interface Page {
  readonly blocks: readonly Block[]
  readonly anchors: ReadonlySet<string>
  readonly links: readonly Link[]
}

/** Reads one page. Throws Error for a fence that is never closed: the rest of the page would be code. */
export function readPage(text: string): Page {
  const { blocks, prose } = separate(text.split(/\r?\n/))
  return { blocks, anchors: anchorsOf(prose), links: linksOf(prose) }
}

interface Line {
  readonly text: string
  readonly line: number
}

function separate(lines: readonly string[]): { blocks: Block[]; prose: Line[] } {
  const blocks: Block[] = []
  const prose: Line[] = []
  for (let at = 0; at < lines.length; at++) {
    const open = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/.exec(lines[at]!)
    if (open === null) {
      prose.push({ text: lines[at]!, line: at + 1 })
      continue
    }
    const [, indent, fence, language] = open as unknown as [string, string, string, string]
    const close = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`)
    const end = lines.findIndex((line, index) => index > at && close.test(line))
    if (end === -1) throw new Error(`The code block of line ${at + 1} is never closed`)
    const body = lines.slice(at + 1, end).map((line) => undent(line, indent.length))
    blocks.push({ language, text: body.map((line) => `${line}\n`).join(''), line: at + 1 })
    at = end
  }
  return { blocks, prose }
}

function undent(line: string, columns: number): string {
  const blanks = line.length - line.trimStart().length
  return line.slice(Math.min(blanks, columns))
}

function anchorsOf(prose: readonly Line[]): Set<string> {
  const anchors = new Set<string>()
  for (const { text } of prose) {
    for (const [, id] of text.matchAll(/<\w+\s[^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(id!)
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(text)
    if (heading === null) continue
    const slug = slugOf(heading[1]!)
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

function linksOf(prose: readonly Line[]): Link[] {
  const links: Link[] = []
  for (const { text, line } of prose) {
    const visible = text.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')
    for (const form of LINKS) {
      for (const [, target] of visible.matchAll(form)) links.push({ target: target!, line })
    }
  }
  return links
}

/** `[text](target "title")`, `[name]: target`, `href="target"`. */
const LINKS: readonly RegExp[] = [
  /\]\(\s*<?([^\s)>]+)>?(?:\s+["'][^)]*["'])?\s*\)/g,
  /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/g,
  /<(?:a|img|source)\s[^>]*\b(?:href|src|srcset)="([^"]+)"/g,
]
