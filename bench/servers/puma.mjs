/** Puma with worker processes of one thread each, which keep connections. */
import { serveForeign } from './foreign.mjs'
import { choose, RUBY, RUBY_APPS } from './works.mjs'

const app = choose({ rack: 'bare.ru', sinatra: 'sinatra_hello.ru' })
const bound = (port) => ['-b', `tcp://127.0.0.1:${port}`]

await serveForeign(
  RUBY,
  (port) => ['-S', 'puma', '-e', 'production', '--no-config', '-w', '2', '-t', '1:1', ...bound(port), app],
  RUBY_APPS,
)
