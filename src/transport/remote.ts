/**
 * `remote`: a transport as an app.
 *
 * @module
 */
import { living } from '../call/life.ts'
import { CallOptions } from '../call/options.ts'
import type { Near, Transport } from '../call/transport.ts'
import type { App, Options, ResponseHeaders, Stream } from '../contract.ts'
import { STREAM } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'
import { isStream } from '../value/result.ts'

/** An app that carries every call to where the transport leads, context and deadline included. */
export function remote(transport: Transport): App {
  const app: App = async (method, path, headers, options, server) => {
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
    const result = await transport.call(head, options.input, nearOf(options))
    const body = result[3]
    // Middleware may have answered otherwise, and dropped the body without a word.
    if (isStream(body)) options.defer(() => left(body))
    return result
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
    hint: (early) => options.hint(early),
    defer: (task) => options.defer(task),
  }
}

async function left({ [STREAM]: chunks }: Stream): Promise<void> {
  if (Symbol.asyncIterator in chunks) await chunks[Symbol.asyncIterator]().return?.()
}
