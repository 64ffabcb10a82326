/**
 * The files that pages load.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import type { Page } from './page.ts'

/** The style sheet, in the order in which it is sent. */
const STYLE = ['base', 'postcard', 'stamps', 'wall', 'photo', 'sheets'].map((name) => `style/${name}.css`)

export const ASSETS: { readonly [path: string]: Page } = {
  '/wall.css': asset('text/css; charset=utf-8', ...STYLE),
  '/wall.js': asset('text/javascript; charset=utf-8', 'wall.js'),
  '/picture.js': asset('text/javascript; charset=utf-8', 'picture.js'),
  '/mark.svg': asset('image/svg+xml', 'mark.svg'),
}

// Read at boot, and sent as one.
function asset(contentType: string, ...names: readonly string[]): Page {
  const bytes = Buffer.concat(names.map((name) => readFileSync(new URL(name, import.meta.url))))
  return () => [200, contentType, { 'cache-control': 'no-cache' }, bytes]
}
