/** A gateway in a process of its own, which prints its address. */
import { silentLog } from 'hagaki'
import { serve } from 'hagaki/server'
import { wsgi } from 'hagaki/wsgi'

const app = wsgi('wsgi_notes', {
  cwd: new URL('../', import.meta.url),
  python: process.env['HAGAKI_PYTHON']!,
})
const { url } = await serve(app, { port: 0, log: silentLog })
console.log(url)
