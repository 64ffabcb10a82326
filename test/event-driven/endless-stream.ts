/**
 * Serves a stream that never waits and never ends at `/endless`, in chunks of as many bytes as the
 * second argument says, by the server that the first one names; anything else is answered at once.
 *
 * @module
 */
import { stream, text } from 'hagaki'
import { type ServeOptions, serve } from '../../src/server/serve.ts'

const [server, size] = process.argv.slice(2)
const chunk = new Uint8Array(Number(size))

function* chunks(): Generator<Uint8Array> {
  for (;;) yield chunk
}

const { port } = await serve(
  (_method, path) => (path === '/endless' ? [200, null, {}, stream(chunks())] : text('answered')),
  { port: 0, server: server as NonNullable<ServeOptions['server']> },
)
console.log(port)
