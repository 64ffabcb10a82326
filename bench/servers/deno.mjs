/** Deno's own server: a native ceiling. Run by Deno. */
import { handle } from './fetch.mjs'
import { ready } from './ready.mjs'

const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: () => {} }, handle)
ready(server.addr.port)
