/** gunicorn with its sync workers, which end each connection. */
import { serveForeign } from './foreign.mjs'
import { choose, PYTHON, PYTHON_APPS } from './works.mjs'

const app = choose({ wsgi: 'bare:app', flask: 'flask_hello:app' })
const bound = (port) => ['-b', `127.0.0.1:${port}`, '--backlog', '2048']

await serveForeign(
  PYTHON,
  (port) => ['-m', 'gunicorn', '-w', '2', '-k', 'sync', ...bound(port), app],
  PYTHON_APPS,
)
