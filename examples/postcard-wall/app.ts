/**
 * The Postcard Wall: a service, its pages, a page drawn in a thread of its own, and one by Flask.
 *
 * @module
 */
import { type App, mount, use } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { session } from 'hagaki/middleware'
import { docsPage } from 'hagaki/openapi'
import { wsgi } from 'hagaki/wsgi'
import { fromHere } from './from-here.ts'
import { introduce } from './introduce.ts'
import { secretOf } from './members/secret.ts'
import { Visit, visit } from './members/visit.ts'
import { pages } from './pages/pages.ts'
import { secure } from './secure.ts'
import { wall } from './wall.ts'

const beside = (path: string): URL => new URL(path, import.meta.url)

/** The Python that has Flask, where `python3` is not the one. */
const python = process.env['WALL_PYTHON']
process.env['OFFICE_SECRET'] ??= secretOf('office') // each worker starts a post office, and they share sessions
const office = wsgi('flask_app:app', { cwd: beside('./office/'), ...(python && { python }), optional: true })

const ABOUT =
  'Everybody may read the wall and write on it. Members sign in, and then your browser sends their cookie by itself.'

const app: App = mount({
  '/api': wall,
  '/almanac': isolate(beside('./almanac/almanac.ts'), { threads: 1, timeout: '10s' }),
  '/office': use(office, introduce),
  '/docs': docsPage({ of: wall, servers: ['/api'], title: 'The Postcard Wall', description: ABOUT }),
  '/': pages(wall),
})

const visits = session({ name: visit.name, carry: Visit, secrets: [secretOf('visits')], maxAge: '30d' })

export default use(app, secure, fromHere, visits)
