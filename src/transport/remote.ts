/**
 * `remote`: a transport as an app.
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import { living } from '../call/life.ts'
import { withNamesOf } from '../call/names.ts'
import { CallOptions } from '../call/options.ts'
import type { Near, Transport } from '../call/transport.ts'
import type { App, Options, ResponseHeaders, Stream } from '../contract.ts'
import { STREAM } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import type { Carried } from '../value/message.ts'
import { isStream } from '../value/result.ts'

/** An app that carries every call to where the transport leads, context and deadline included. */
export function remote(transport: Transport): App {
  const { app } = transport
  return living(app === undefined ? carryingTo(transport) : leadingTo(app), [], transport.life)
}

function leadingTo(app: App): App {
  return withNamesOf((...call) => app(...call), app)
}

function carryingTo(transport: Transport): App {
  return (method, path, headers, options, server) => {
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
    return transport.call(head, options.input, new NearOptions(options)).then((result) => {
      const body = result[3]
      // Middleware may have answered otherwise, and dropped the body without a word.
      if (isStream(body)) options.defer(() => left(body))
      return result
    })
  }
}

/** What a call's options can do for a road; of the signal, nothing is made before somebody asks. */
class NearOptions implements Near {
  readonly aborts: Aborts | undefined
  readonly #options: Options
  #trailers: ResponseHeaders | null = null

  constructor(options: Options) {
    this.#options = options
    this.aborts = CallOptions.abortsOf(options) ?? undefined
  }

  get signal(): AbortSignal {
    return this.#options.signal
  }

  adopt(context: Carried): void {
    if (context !== NO_CONTEXT) CallOptions.callOf(this.#options)?.context.adopt(context)
  }

  trailers(fields: ResponseHeaders): void {
    if (this.#trailers === null) this.#options.trailer(() => this.#trailers ?? {})
    this.#trailers = fields
  }

  hint(fields: ResponseHeaders): void {
    this.#options.hint(fields)
  }

  defer(task: () => void): void {
    this.#options.defer(task)
  }
}

async function left({ [STREAM]: chunks }: Stream): Promise<void> {
  if (Symbol.asyncIterator in chunks) await chunks[Symbol.asyncIterator]().return?.()
}
