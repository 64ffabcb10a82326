/**
 * Sending a body and telling how much of it is gone: `http('/api', { upload })`. Apart from `http`, so
 * that a page which asks for no progress does not carry it.
 *
 * In browsers by XMLHttpRequest, since their `fetch` says nothing of it and streams no body over
 * HTTP/1.1; elsewhere by counting what `fetch` has taken.
 *
 * @module
 */
import type { Progress } from './call-options.ts'

/** A request whose body is all here. */
export interface Upload extends RequestInit {
  readonly method: string
  readonly body: Blob | Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
}

/** Rejects where no answer came, and with the signal's reason. */
export type Uploader = (
  url: string,
  request: Upload,
  sent: (progress: Progress) => void,
  fetching: typeof fetch,
) => Promise<Response>

export const upload: Uploader = (url, request, sent, fetching) =>
  typeof XMLHttpRequest === 'undefined'
    ? fetching(url, counted(request, sent))
    : byXmlHttpRequest(url, request, sent)

function byXmlHttpRequest(
  url: string,
  { method, headers, body, signal, credentials }: Upload,
  sent: (progress: Progress) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const cancel = (): void => xhr.abort()
    xhr.open(method, url)
    xhr.responseType = 'arraybuffer'
    xhr.withCredentials = credentials === 'include'
    for (const [name, value] of new Headers(headers)) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded }) => sent({ sent: loaded, total: sizeOf(body) })
    xhr.onload = () => resolve(responseOf(xhr))
    xhr.onerror = () => reject(new TypeError('The request failed'))
    xhr.onabort = () => reject(signal.reason as Error)
    xhr.onloadend = () => signal.removeEventListener('abort', cancel)
    signal.addEventListener('abort', cancel, { once: true })
    xhr.send(body)
  })
}

function responseOf(xhr: XMLHttpRequest): Response {
  const { status } = xhr
  const lines = xhr.getAllResponseHeaders().trim().split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  // A Response may hold no body, not even an empty one, where there is none.
  const isBodiless = status === 204 || status === 205 || status === 304
  return new Response(isBodiless ? null : (xhr.response as ArrayBuffer), { status, headers })
}

const PIECE_BYTES = 64 * 1024

// A piece is counted when the next one is asked for.
function counted(request: Upload, sent: (progress: Progress) => void): RequestInit {
  const whole = new Blob([request.body])
  const total = sizeOf(request.body)
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (at > 0) sent({ sent: at, total })
      if (at === total) return controller.close()
      const piece = new Uint8Array(await whole.slice(at, at + PIECE_BYTES).arrayBuffer())
      at += piece.byteLength
      controller.enqueue(piece)
    },
  })
  return { ...request, body, duplex: 'half' } as RequestInit
}

function sizeOf(body: Upload['body']): number {
  return body instanceof Blob ? body.size : body.byteLength
}
