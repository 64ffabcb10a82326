/**
 * Serves a stream that never waits and never ends at `/endless`, in chunks of as many bytes as the
 * second argument says, by the server that the first one names; anything else is answered at once,
 * with the most chunks that were made in one turn of the event loop.
 *
 * @module
 */
import { stream, text } from 'hagaki'
import { type ServeOptions, serve } from '../../src/server/serve.ts'

const [server, size] = process.argv.slice(2)
const chunk = new Uint8Array(Number(size))

let made = 0
let most = 0

function turn(): void {
  made = 0
  setImmediate(turn)
}

function* chunks(): Generator<Uint8Array> {
  turn()
  for (;;) {
    most = Math.max(most, ++made)
    yield chunk
  }
}

const { port } = await serve(
  (_method, path) => (path === '/endless' ? [200, null, {}, stream(chunks())] : text(String(most))),
  { port: 0, server: server as NonNullable<ServeOptions['server']> },
)
console.log(port)
