/** Bun's own server: a native ceiling. Run by Bun. */
import { handle } from './fetch.mjs'
import { ready } from './ready.mjs'

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handle })
ready(server.port)
