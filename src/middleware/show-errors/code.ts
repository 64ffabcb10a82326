/**
 * Lines of JavaScript and TypeScript in colours: a reader's aid, not a parser. It knows one line at a
 * time, so the inside of a long comment looks like code.
 *
 * @module
 */

import { type Markup, markup } from '../../value/markup.ts'
import type { Excerpt } from './excerpt.ts'

const KEYWORDS: ReadonlySet<string> = new Set(
  `as async await break case catch class const continue default delete do else enum export extends false
   finally for from function if implements import in instanceof interface let new null of private
   protected public readonly return satisfies static super switch this throw true try type typeof
   undefined var void while with yield`.split(/\s+/),
)

// Comment, text, number, name, blanks, or one character of anything else. Every character is in one.
const TOKEN =
  /\/\/.*|\/\*.*?(?:\*\/|$)|'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`(?:[^`\\]|\\.)*`?|\d[\w.]*|[\p{L}_$][\p{L}\p{N}_$]*|\s+|[^]/gu

/** The lines of an excerpt as a table, with the frame's line and the place in it marked. */
export function codeOf({ lines, offset }: Excerpt, hit: number): Markup {
  return markup`<pre class="code" tabindex="0"><code>${lines.map(({ number, text }) =>
    number === hit
      ? markup`<span class="line hit"><span class="number">${number}</span>${coloured(text, offset)}\n</span>`
      : markup`<span class="line"><span class="number">${number}</span>${coloured(text, null)}\n</span>`,
  )}</code></pre>`
}

function coloured(text: string, offset: number | null): readonly Markup[] {
  const parts: Markup[] = []
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const kind = kindOf(token)
    const part = kind === null ? markup`${token}` : markup`<span class="${kind}">${token}</span>`
    const isPlace = offset !== null && index <= offset && offset < index + token.length
    parts.push(isPlace ? markup`<mark>${part}</mark>` : part)
  }
  return parts
}

function kindOf(token: string): 'comment' | 'text' | 'number-value' | 'keyword' | null {
  if (token.startsWith('//') || token.startsWith('/*')) return 'comment'
  if (/^['"`]/.test(token)) return 'text'
  if (/^\d/.test(token)) return 'number-value'
  return KEYWORDS.has(token) ? 'keyword' : null
}
