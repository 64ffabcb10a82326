/**
 * The wall's pages: an app written by hand on top of the service, which it calls by name.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import {
  type App,
  app,
  Fault,
  fullPath,
  html,
  type Options,
  type RequestHeaders,
  type Result,
  redirect,
} from 'hagaki'
import type { Wall } from '../wall.ts'
import { lostPage } from './lost-page.ts'
import { readForm, whatIsWrong } from './post.ts'
import { postcard } from './postcard.ts'
import { wallPage } from './wall-page.ts'
import { BLANK, type Letter } from './writing-form.ts'

type Page = (headers: RequestHeaders, options: Options) => Result | Promise<Result>

/** The app that shows `wall`. Paths as they are seen behind its mount. */
export function pages(wall: Wall): App {
  const places = new Map<string, Page>([
    ['GET /', (headers, options) => front(wall, headers, options, BLANK, 200)],
    ['POST /write', (headers, options) => write(wall, headers, options)],
    // Where a browser is after a form that would not do, when it is asked for the page again.
    ['GET /write', (_headers, options) => redirect(rootOf(options))],
    ['GET /postcard', (headers, options) => one(wall, headers, options)],
    ['GET /wall.css', asset('text/css; charset=utf-8', ...STYLE)],
    ['GET /wall.js', asset('text/javascript; charset=utf-8', 'wall.js')],
    ['GET /mark.svg', asset('image/svg+xml', 'mark.svg')],
  ])
  return app((method, path, headers, options) => {
    const page = places.get(`${method === 'HEAD' ? 'GET' : method} ${path}`)
    if (page !== undefined) return page(headers, options)
    const allow = METHODS.filter((one) => places.has(`${one} ${path}`))
    if (allow.length > 0) throw new Fault('method_not_allowed', { method, allow })
    return html(lostPage(rootOf(options), fullPath(options.mount, path)), 404)
  })
}

const METHODS = ['GET', 'POST']

async function front(
  wall: Wall,
  headers: RequestHeaders,
  options: Options,
  letter: Letter,
  status: number,
): Promise<Result> {
  const before = new URLSearchParams(options.query ?? '').get('before')
  const asked = before === null ? {} : { before: Number(before) }
  const { cards, next } = await wall.invoke('list', asked, { headers, options })
  return html(wallPage({ root: rootOf(options), cards, next, first: before === null, letter }), status)
}

async function write(wall: Wall, headers: RequestHeaders, options: Options): Promise<Result> {
  const typed = await readForm(headers, options)
  try {
    const { id } = await wall.invoke('add', typed, { headers, options })
    return redirect(`${rootOf(options)}#card-${id}`)
  } catch (error) {
    const wrong = whatIsWrong(error)
    if (wrong === null) throw error
    return front(wall, headers, options, { typed, wrong }, 422)
  }
}

// For the script that keeps the page live: the card as the page would show it.
async function one(wall: Wall, headers: RequestHeaders, options: Options): Promise<Result> {
  const id = Number(new URLSearchParams(options.query ?? '').get('id'))
  return html(String(postcard(await wall.invoke('read', { id }, { headers, options }))))
}

/** The style sheet, in the order in which it is sent. */
const STYLE = ['base', 'postcard', 'stamps', 'wall', 'sheets'].map((name) => `style/${name}.css`)

// Read at boot, and sent as one.
function asset(contentType: string, ...names: readonly string[]): Page {
  const bytes = Buffer.concat(names.map((name) => readFileSync(new URL(name, import.meta.url))))
  return () => [200, contentType, { 'cache-control': 'no-cache' }, bytes]
}

function rootOf({ mount }: Options): string {
  return `${mount}/`
}
