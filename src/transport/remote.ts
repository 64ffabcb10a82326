/**
 * `remote`: a transport as an app.
 *
 * @module
 */
import { living } from '../call/life.ts'
import { CallOptions } from '../call/options.ts'
import type { Near, Transport } from '../call/transport.ts'
import type { App, Options, ResponseHeaders } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'

/** An app that carries every call to where the transport leads, context and deadline included. */
export function remote(transport: Transport): App {
  const app: App = (method, path, headers, options, server) => {
    const { query, mount, http, client, protocol, upgrade, deadline } = options
    const timeoutMs = deadline === null ? null : Math.max(0, deadline - server.now())
    const context = CallOptions.callOf(options)?.carried() ?? {}
    const head: RequestHead = {
      method,
      path,
      query,
      mount,
      http,
      client,
      protocol,
      upgrade,
      timeoutMs,
      headers,
      context,
    }
    return transport.call(head, options.input, nearOf(options))
  }
  return living(app, [], transport.life)
}

function nearOf(options: Options): Near {
  let fields: ResponseHeaders = {}
  return {
    signal: options.signal,
    adopt: (context) => CallOptions.callOf(options)?.context.adopt(context),
    trailers: (trailers) => {
      fields = trailers
      options.trailer(() => fields)
    },
  }
}
