/**
 * An app as it stands behind a proxy: it believes that one, tells its state, and streams both ways.
 *
 * @module
 */
import { app, type Duplex, json, stream, takeover, text, use } from 'hagaki'
import { health, log, requestId, requestIdKey, trustProxy } from 'hagaki/middleware'

async function echo(duplex: Duplex): Promise<void> {
  for await (const octets of duplex) duplex.write(octets)
  duplex.end()
}

const desk = app(async (method, path, headers, options) => {
  switch (path) {
    case '/who':
      return json({
        client: options.client,
        protocol: options.protocol,
        host: headers.host,
        requestId: options.get(requestIdKey),
      })
    case '/echo':
      if (options.upgrade?.includes('echo')) return [101, null, {}, takeover(echo)]
      return [200, 'application/octet-stream', {}, stream(options.input.stream())]
    case '/count':
      return json((await options.input.bytes()).length)
    default:
      return text(`${method} ${path} by ${process.pid}\n`)
  }
})

export default use(
  desk,
  trustProxy({ from: ['127.0.0.1', 'unix'], fields: 'x-forwarded' }),
  log({ to: 'json', skip: ({ path, status }) => path === '/livez' && status === 200 }),
  requestId({ trust: true }),
  health(),
)
