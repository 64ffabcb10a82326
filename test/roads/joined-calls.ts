/** Calls between the two sides of `Joined`, and bodies for them. */
import type { App, Input, Result } from 'hagaki'
import { SourceInput, WholeInput } from '../../src/call/input.ts'
import type { Near } from '../../src/call/transport.ts'
import { STREAM } from '../../src/contract.ts'
import { type RequestParts, request } from '../../src/value/message.ts'
import { isStream } from '../../src/value/result.ts'
import { Joined } from './joined.ts'

export const CHUNK = 65_536
export const WINDOW = 4 * CHUNK

export interface How {
  readonly method?: string
  readonly input?: Input
  readonly signal?: AbortSignal
  readonly parts?: RequestParts
  readonly trailers?: NonNullable<Near['trailers']>
  readonly hint?: NonNullable<Near['hint']>
}

export async function ready(app: App): Promise<Joined> {
  const joined = new Joined(app)
  await joined.settle()
  await joined.caller.ready
  return joined
}

export async function call(joined: Joined, target: string, how: How = {}): Promise<Result> {
  const { method = 'POST', input = new WholeInput(null, 0), trailers, hint } = how
  const { body: _, ...head } = request(method, target, how.parts)
  const signal = how.signal ?? new AbortController().signal
  const near: Near = { signal, ...(trailers && { trailers }), ...(hint && { hint }) }
  return joined.caller.call(head, input, near)
}

/** What `answer` comes to while the link delivers. */
export async function settling<T>(joined: Joined, answer: Promise<T>): Promise<T> {
  await joined.settle()
  return answer
}

/** A body whose pieces are here, or promised; null for a length that nobody knows. */
export function sourced(
  pieces: readonly (Uint8Array | Promise<Uint8Array>)[],
  length: number | null,
): SourceInput {
  const left = [...pieces]
  return new SourceInput({ length, read: async () => left.shift() ?? null, trailers: () => null }, 0)
}

export async function* endless(
  made: () => void,
  returned: () => void = () => {},
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      made()
      yield Buffer.alloc(CHUNK)
    }
  } finally {
    returned()
  }
}

/** Chunks of which none ever comes, and whose return() is told. */
export function unbegun(returned: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: async () => {
        returned()
        return { done: true, value: undefined }
      },
    }),
  }
}

export function textOf([, , , body]: Result): string {
  return Buffer.from(body as Uint8Array).toString()
}

export function chunksOf([, , , body]: Result): AsyncIterator<Uint8Array> {
  if (!isStream(body)) throw new Error('its body does not stream')
  return (body[STREAM] as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
}
