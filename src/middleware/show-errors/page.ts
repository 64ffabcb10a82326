/**
 * The page: one file of HTML that loads nothing, whose style and script are known by their hashes.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { type Markup, markup, raw } from '../../value/markup.ts'
import { codeOf } from './code.ts'
import { curlOf } from './curl.ts'
import type { Shown } from './describe.ts'
import type { Excerpt } from './excerpt.ts'
import { type Frame, OWN } from './frames.ts'
import { requestPart } from './request-part.ts'
import { SCRIPT } from './script.ts'
import type { Seen } from './seen.ts'
import { STYLE } from './style.ts'
import { plainText } from './text.ts'

export interface PageFacts {
  readonly status: number
  /** The phrase of the status. */
  readonly title: string
  /** What was thrown first, then what it came from. */
  readonly errors: readonly Shown[]
  readonly request: Seen
  /** The source around a frame, or null. */
  readonly excerpt: (frame: Frame, around: number) => Excerpt | null
  readonly software: string
}

/** Characters of a line that may be a heading; a longer one is a text. */
const MAX_HEADING = 240

/** Lines before and after a frame's: more where the error was thrown. */
const AROUND_FIRST = 6
const AROUND_OTHERS = 3

/** Nothing but what is in the page, by hash; nobody frames it, and it sends nothing anywhere. */
export const POLICY: string = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

export function page(facts: PageFacts): string {
  const { status, title, errors, request, software } = facts
  const [first] = errors
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${status} ${first?.name ?? title}: ${(first?.message ?? '').slice(0, 120)}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<div class="airmail"></div>
<main>
<header>
${addressPart(request)}
${stamp(status, title)}
</header>
${errors.map((one, at) => errorPart(one, facts, at === 0))}
${requestPart(request)}
${curlPart(request)}
<footer>
<p>${software} on Node ${process.version} <button type="button" data-copy="plain" hidden>Copy error as text</button></p>
</footer>
<pre id="plain" hidden>${plainText(errors)}</pre>
<p class="unseen" role="status" id="said"></p>
</main>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`.toString()
}

function addressPart({ method, mount, path, query }: Seen): Markup {
  return markup`<div class="address">
<p class="request-line"><b>${method}</b> <span>${mount}${path}${query === null ? null : markup`<i>?${query}</i>`}</span></p>
<p class="sender">Returned to sender. This page is shown in development only.</p>
</div>`
}

function curlPart(request: Seen): Markup | null {
  const command = curlOf(request)
  if (command === null) return null
  return markup`<section aria-labelledby="curl-title">
<div class="bar"><h2 id="curl-title">Send it again</h2><button type="button" data-copy="curl" hidden>Copy as curl</button></div>
${request.hasBody ? markup`<p class="hint">The body is not in it: put one into a file named <code>body</code>.</p>` : null}
<pre class="block" id="curl" tabindex="0">${command}</pre>
</section>`
}

// A postmark: the status in a ring, and the waves that cancel.
function stamp(status: number, title: string): Markup {
  return markup`<div class="stamp" role="img" aria-label="${status} ${title}"><svg viewBox="0 0 210 110" aria-hidden="true" focusable="false">
<g fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round">
<circle cx="58" cy="55" r="50"/><circle cx="58" cy="55" r="43" stroke-width="1"/>
<path d="M112 31q12-9 24 0t24 0 24 0 24 0M115 47q12-9 24 0t24 0 24 0 20 0M115 63q12-9 24 0t24 0 24 0 20 0M112 79q12-9 24 0t24 0 24 0 24 0"/>
</g>
<text x="58" y="66" text-anchor="middle" fill="currentColor" font-size="33" font-weight="700">${status}</text>
<text x="58" y="36" text-anchor="middle" fill="currentColor" font-size="9.5" letter-spacing="2.5">HAGAKI</text>
<text x="58" y="83" text-anchor="middle" fill="currentColor" font-size="9.5" letter-spacing="2.5">ERROR</text>
</svg></div>`
}

function errorPart(error: Shown, facts: PageFacts, isFirst: boolean): Markup {
  const { relation, name, message, code, fix, frames, members } = error
  return markup`<section class="error">
<p class="kind">${relation === '' ? null : markup`<span class="relation">${relation}</span> `}<span class="name">${name}</span>${code === null ? null : markup` <code class="chip">${code}</code>`}</p>
${messagePart(message, isFirst)}
${fix === null ? null : markup`<div class="fix"><b>Fix</b> ${fix}</div>`}
${members === null ? null : markup`<details class="members"><summary>What else it carries</summary><pre class="block" tabindex="0">${members}</pre></details>`}
${framesPart(frames, facts, isFirst)}
</section>`
}

// A first line that reads as one is the heading. What follows keeps its shape: tables, code, lists.
function messagePart(message: string, isFirst: boolean): Markup {
  const text = message.replace(/^\s*\n/, '')
  const end = text.indexOf('\n')
  const first = end < 0 ? text : text.slice(0, end)
  const isHeading = first.length <= MAX_HEADING && (end < 0 || /\p{L}/u.test(first))
  const rest = isHeading && end >= 0 ? text.slice(end + 1) : ''
  const heading =
    message === '' ? markup`<span class="none">without a message</span>` : isHeading ? first : text
  const size = isHeading ? 'short' : 'long'
  return markup`${isFirst ? markup`<h1 class="${size}">${heading}</h1>` : markup`<h2 class="message ${size}">${heading}</h2>`}
${rest.trim() === '' ? null : markup`<pre class="block" tabindex="0">${rest}</pre>`}`
}

// Frames of the project stand open; those of others in between are folded into one line.
function framesPart(frames: readonly Frame[], { excerpt }: PageFacts, isFirst: boolean): readonly Markup[] {
  const parts: Markup[] = []
  let opened = 0
  for (let at = 0; at < frames.length; ) {
    const frame = frames[at]!
    if (frame.owner === OWN) {
      parts.push(framePart(frame, excerpt, isFirst && opened === 0 ? AROUND_FIRST : AROUND_OTHERS, true))
      opened++
      at++
      continue
    }
    const end = frames.findIndex((one, index) => index > at && one.owner === OWN)
    const folded = frames.slice(at, end < 0 ? frames.length : end)
    // Where none is of the project, the innermost is the best there is.
    parts.push(foldedPart(folded, excerpt, at === 0 && end < 0))
    at += folded.length
  }
  return parts
}

function foldedPart(frames: readonly Frame[], excerpt: PageFacts['excerpt'], isOpen: boolean): Markup {
  const owners = [...new Set(frames.map(({ owner }) => owner))].join(', ')
  const count = frames.length === 1 ? '1 frame' : `${frames.length} frames`
  const opening = isOpen ? markup`<details class="folded" open>` : markup`<details class="folded">`
  return markup`${opening}<summary>${count} of ${owners}</summary>
${frames.map((frame, at) => framePart(frame, excerpt, AROUND_OTHERS, isOpen && at === 0))}
</details>`
}

function framePart(frame: Frame, excerpt: PageFacts['excerpt'], around: number, isOpen: boolean): Markup {
  const source = excerpt(frame, around)
  const where = markup`<span class="call">${frame.call || 'anonymous'}</span> <span class="place">${frame.place}${frame.line === null ? null : markup`<b>:${frame.line}</b>${frame.column === null ? null : `:${frame.column}`}`}</span>`
  if (source === null) return markup`<p class="frame bare">${where}</p>`
  const opening = isOpen ? markup`<details class="frame" open>` : markup`<details class="frame">`
  return markup`${opening}<summary>${where}</summary>${codeOf(source, frame.line ?? 0)}</details>`
}
