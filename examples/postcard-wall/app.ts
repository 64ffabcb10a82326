/**
 * The Postcard Wall: a service, its pages, a page drawn in a thread of its own, and one by Flask.
 *
 * @module
 */
import { type App, mount, use } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { wsgi } from 'hagaki/wsgi'
import { pages } from './pages/pages.ts'
import { secure } from './secure.ts'
import { wall } from './wall.ts'

const beside = (path: string): URL => new URL(path, import.meta.url)

/** The Python that has Flask, where `python3` is not the one. */
const python = process.env['WALL_PYTHON']

const app: App = mount({
  '/api': wall,
  '/almanac': isolate(beside('./almanac/almanac.ts'), { threads: 1, timeout: '5s' }),
  '/office': wsgi('flask_app:app', { cwd: beside('./office/'), ...(python && { python }), optional: true }),
  '/': pages(wall),
})

export default use(app, secure)
