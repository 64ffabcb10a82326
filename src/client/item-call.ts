/**
 * Calling a handler that gives items one by one.
 *
 * @module
 */
import { isRecord } from '../value/data.ts'
import { textField } from '../value/utf8.ts'
import { pieces } from './answer-body.ts'
import { beginStream } from './begin-stream.ts'
import type { BodyWriter } from './body.ts'
import type { CallOptions } from './call-options.ts'
import { answered } from './failed.ts'
import { type ItemRecord, itemRecords } from './item-records.ts'
import { Resuming } from './resuming.ts'
import { unlessSilent } from './silence.ts'
import { Waiting } from './waiting.ts'
import type { Way } from './way.ts'

/** Gives items until the stream ends, fails or is left, over as many connections as that takes. Faults: those of `client`. */
export async function* itemCall(
  way: Way,
  data: unknown,
  options: CallOptions,
  write?: BodyWriter,
): AsyncGenerator<unknown, void, undefined> {
  const resuming = new Resuming(way.handler, options)
  for (let tries = 0; ; tries++) {
    try {
      // The first connection is tried as often as any call; those that follow are tried here.
      const how = tries === 0 ? options : { ...options, retries: 0 }
      return yield* connection(way, data, how, resuming, write)
    } catch (thrown) {
      const pause = resuming.pauseAfter(thrown)
      if (pause === null) throw thrown
      await paused(way.to, options, pause)
    }
  }
}

async function* connection(
  way: Way,
  data: unknown,
  options: CallOptions,
  resuming: Resuming,
  write: BodyWriter | undefined,
): AsyncGenerator<unknown, void, undefined> {
  const { to, handler } = way
  const waiting = new Waiting(to, options)
  let whole = false
  try {
    const { after } = resuming
    const headers =
      after === null ? options.headers : { ...options.headers, 'last-event-id': textField(after) }
    const how = headers === undefined ? options : { ...options, headers }
    const { contentType, body } = await beginStream(way, data, how, waiting, write)
    resuming.began()
    const { heartbeatMs, itemLimit } = handler
    const chunks =
      heartbeatMs === undefined ? pieces(body) : unlessSilent(pieces(body), heartbeatMs * BEATS, to)
    const records = itemRecords(chunks, contentType, to, itemLimit)
    const next = (): Promise<IteratorResult<ItemRecord, void>> => waiting.for(records.next())
    try {
      for (;;) {
        const { done, value } = await next()
        whole = done === true
        if (value === undefined) return
        if (value.kind === 'item') {
          resuming.came(value.id, value.retryMs)
          yield value.item
          continue
        }
        // It is the last one: with the end behind it the answer is whole, and was not broken off.
        const failed = failureOf(value.problem, to)
        whole = await next().then(
          (after) => after.done === true,
          () => false,
        )
        throw failed
      }
    } finally {
      // Who was cancelled does not wait for the end either.
      const ended = records.return().catch(() => {})
      if (!waiting.signal.aborted) await ended
    }
  } finally {
    waiting.end(whole)
  }
}

/** So many heartbeats may be lost. */
const BEATS = 3

/** What ended a stream. */
function failureOf(problem: unknown, to: string): Error {
  const status = isRecord(problem) ? problem['status'] : undefined
  return answered(to, typeof status === 'number' ? status : 500, problem)
}

async function paused(to: string, { signal, deadline }: CallOptions, ms: number): Promise<void> {
  const waiting = new Waiting(to, {
    ...(signal !== undefined && { signal }),
    ...(deadline !== undefined && { deadline }),
  })
  try {
    await waiting.pause(ms)
  } finally {
    waiting.end(true)
  }
}
