/**
 * Bodies that flow, as `fetch` takes them. Loaded with the first one.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import type { Input } from '../contract.ts'

/**
 * `base` is where it goes. A stream that asks for the next piece when the last one was taken; who leaves it ends the input. Fault:
 * setup_faulty where a browser cannot send one.
 */
export function flowingRequest(input: Input, base: string): ReadableStream<Uint8Array> {
  if (!sendsStreams()) throw unsent('this browser sends no streams')
  const page = (globalThis as { readonly location?: { readonly href: string } }).location?.href
  if (page !== undefined && new URL(base === '' ? '/' : base, page).protocol === 'http:')
    throw unsent('browsers send streams over HTTP/2 alone, which takes https')
  const pieces = input.stream()[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await pieces.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await pieces.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

// A browser that does not know streams makes a text of one, and says that it is text.
function sendsStreams(): boolean {
  let asked = false
  const init = {
    method: 'POST',
    body: new ReadableStream(),
    get duplex() {
      asked = true
      return 'half'
    },
  }
  return !new Request('http://localhost', init as RequestInit).headers.has('content-type') && asked
}

function unsent(reason: string): CallFault<'setup_faulty'> {
  const fix = 'Give a Blob, a File or bytes, or a list of items'
  return new CallFault('setup_faulty', { what: 'A body that flows', reason, fix })
}
