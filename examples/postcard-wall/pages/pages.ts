/**
 * The wall's pages: an app written by hand on top of the service, which it calls by name.
 *
 * @module
 */
import { type App, app, Fault, fullPath, html, redirect } from 'hagaki'
import type { Wall } from '../wall.ts'
import { ASSETS } from './assets.ts'
import { door } from './door.ts'
import { letters } from './letters.ts'
import { lostPage } from './lost-page.ts'
import { asked, type Page } from './page.ts'

/** The app that shows `wall`. Paths as they are seen behind its mount. */
export function pages(wall: Wall): App {
  const { front, write, one, takeDown } = letters(wall)
  const { signIn, join, signOut } = door(wall)
  // Where a browser is after a form that would not do, when it is asked for the page again.
  const back: Page = ({ root }) => redirect(root)
  const places: { readonly [path: string]: { readonly GET: Page; readonly POST?: Page } } = {
    '/': { GET: front },
    '/write': { GET: back, POST: write },
    '/take-down': { GET: back, POST: takeDown },
    '/postcard': { GET: one },
    '/sign-in': signIn,
    '/join': join,
    '/sign-out': signOut,
    ...Object.fromEntries(Object.entries(ASSETS).map(([path, GET]) => [path, { GET }])),
  }
  return app((method, path, headers, options) => {
    const call = asked(headers, options)
    if (!Object.hasOwn(places, path))
      return html(lostPage(call.root, fullPath(options.mount, path), call.visitor), 404)
    const { GET, POST } = places[path]!
    if (method === 'GET' || method === 'HEAD') return GET(call)
    if (method === 'POST' && POST !== undefined) return POST(call)
    throw new Fault('method_not_allowed', { method, allow: POST === undefined ? ['GET'] : ['GET', 'POST'] })
  })
}
