/**
 * Serves an app that is synchronous at `/sync` and asynchronous at `/async`, and tells at `/promises`
 * how many promises were made in this process since that was last asked.
 *
 * @module
 */
import { createHook } from 'node:async_hooks'
import { type App, after, type Middleware, text, use } from 'hagaki'
import { requestId } from 'hagaki/middleware'
import { serve } from '../../src/server/serve.ts'

let promises = 0
createHook({
  init(_id, type) {
    if (type === 'PROMISE') promises++
  },
}).enable()

const named: Middleware = (next) => (method, path, headers, options, server) =>
  after(next(method, path, headers, options, server), ([status, type, fields, body]) => [
    status,
    type,
    { ...fields, 'x-named': 'yes' },
    body,
  ])

const app: App = (_method, path) => {
  if (path !== '/promises') return path === '/async' ? Promise.resolve(text('later')) : text('now')
  const made = promises
  promises = 0
  return text(String(made))
}

const { port } = await serve(use(app, named, requestId()), { port: 0 })
console.log(port)
