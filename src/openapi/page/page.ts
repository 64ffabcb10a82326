/**
 * The page: one file of HTML that loads nothing. Its script fills it from the document, which stands in
 * it as JSON; what the document says gets into it as text alone.
 *
 * @module
 */
import { markup, raw } from '../../value/markup.ts'
import type { OpenApiDocument } from '../document.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** `json` is the document as it is served at `address`. */
export function pageOf({ info }: OpenApiDocument, json: string, address: string): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title}</title>
<link rel="icon" href="${MARK}">
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<div class="airmail"></div>
<header>
<button type="button" id="menu" aria-expanded="false" aria-controls="nav">Handlers</button>
<a class="title" href="#"><b>${info.title}</b> <span class="version">${info.version}</span></a>
<a class="document" href="${address}">openapi.json</a>
<button type="button" id="theme"></button>
</header>
<div class="shell">
<nav id="nav" aria-label="Handlers">
<div class="search"><input id="search" type="search" placeholder="Search" aria-label="Search handlers" aria-keyshortcuts="/" autocomplete="off" spellcheck="false"><kbd aria-hidden="true">/</kbd></div>
<p class="unseen" role="status" id="found"></p>
<div id="list"></div>
</nav>
<main id="main" tabindex="-1">
<noscript><p>This page needs scripts. What it shows is in <a href="${address}">openapi.json</a>.</p></noscript>
</main>
</div>
<p class="unseen" role="status" id="said"></p>
<script type="application/json" id="document">${raw(embedded(json))}</script>
<script type="module">${raw(SCRIPT)}</script>
</body>
</html>
`.toString()
}

// Within a script element nothing but "<" ends anything.
function embedded(json: string): string {
  return json.replaceAll('<', '\\u003c')
}

const MARK = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="2" y="6" width="28" height="20" rx="3" fill="#fffefb" stroke="#1f4e96" stroke-width="2"/><path d="M20 10h6v7h-6z" fill="#c0392f"/><path d="M6 13h9M6 17h9M6 21h6" stroke="#1f4e96" stroke-width="2"/></svg>',
)}`
