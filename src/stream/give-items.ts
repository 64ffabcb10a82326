/**
 * Giving items: one after the other, in the form that the caller likes best.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { isOurs, problemOf } from '../call/answer.ts'
import { isAsyncIterable, leave } from '../call/leave.ts'
import { logThrown } from '../call/log.ts'
import { mapped } from '../call/mapped.ts'
import { encodeJson } from '../codec/json.ts'
import { Fault } from '../fault.ts'
import { unwrap } from '../handler/give-data.ts'
import type { Delivery, Giving } from '../handler/giving.ts'
import { VERBS } from '../handler/verb.ts'
import type { AnySchema } from '../schema/standard.ts'
import { stream } from '../value/result.ts'
import type { Items } from './flow.ts'
import { beating } from './heartbeat.ts'
import { ITEM_FORMS, type ItemForm } from './item-form.ts'

export function givesItems(flow: Items<AnySchema>): Giving {
  return {
    gives: 'items',
    itemLimit: flow.limit,
    heartbeatMs: flow.heartbeatMs,
    resumes: flow.id !== null,
    offers: () => ITEM_FORMS.map((form) => form.contentType),
    deliver: (returned, delivery) =>
      chain(returned, (value) => {
        const given = unwrap(value, delivery)
        if (!isAsyncIterable(given))
          throw new TypeError('A streaming handler has to return an async iterable')
        return mapped(given, delivery.fit, delivery.refusal)
      }),
    abandon: (delivered) => void leave(delivered as AsyncIterable<unknown>).catch(() => {}),
    respond: (delivered, delivery, fields) => {
      const form = ITEM_FORMS.find((one) => one.contentType === delivery.mediaType) ?? ITEM_FORMS[0]!
      const texts = new Texts(delivered as AsyncIterable<unknown>, form, flow, delivery)
      const { heartbeatMs } = flow
      const body = heartbeatMs === 0 ? texts : beating(texts, form.heartbeat, heartbeatMs)
      return [
        VERBS[delivery.verb].status,
        form.contentType,
        { 'cache-control': 'no-cache', ...fields },
        stream(body),
      ]
    },
  }
}

/** Items as they are written, with what failed as the last: the status is out already. */
class Texts implements AsyncIterableIterator<string, void, undefined> {
  readonly #items: AsyncIterator<string, void, undefined>
  readonly #form: ItemForm
  readonly #delivery: Delivery
  #opening: string
  #over = false

  constructor(items: AsyncIterable<unknown>, form: ItemForm, flow: Items<AnySchema>, delivery: Delivery) {
    const { id, limit, retryMs } = flow
    this.#items = mapped(items, (item) =>
      form.item(written(item, limit, delivery), id === null ? null : id(item)),
    )
    this.#form = form
    this.#delivery = delivery
    this.#opening = retryMs === null ? '' : form.retry(retryMs)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string, void>> {
    if (this.#over) return { done: true, value: undefined }
    if (this.#opening !== '') {
      const value = this.#opening
      this.#opening = ''
      return { done: false, value }
    }
    try {
      return await this.#items.next()
    } catch (error) {
      this.#over = true
      return { done: false, value: this.#failure(error) }
    }
  }

  async return(): Promise<IteratorResult<string, void>> {
    this.#over = true
    await this.#items.return?.()
    return { done: true, value: undefined }
  }

  // A failure travels as the last piece, and not as an end like any other. Of a call that was aborted it is
  // why: the server stops, or the client has ended its side and still reads. Where nobody does, none is sent.
  #failure(error: unknown): string {
    const { signal, log, handler } = this.#delivery
    const { aborted, reason } = signal()
    if (!aborted && isOurs(error)) logThrown(log, error, { handler })
    return this.#form.failure(problemText(aborted ? reason : error))
  }
}

function written(item: unknown, limit: number, { handler }: Delivery): string {
  const json = encodeJson(item)
  // A code unit of UTF-16 is at most three octets of UTF-8.
  if (json.length * 3 <= limit) return json
  const octets = new TextEncoder().encode(json).byteLength
  if (octets <= limit) return json
  throw new Fault(
    'output_invalid',
    { handler },
    new TypeError(`An item has ${octets} bytes: its limit is ${limit}`),
  )
}

function problemText(thrown: unknown): string {
  const problem = problemOf(thrown)
  try {
    return JSON.stringify(problem)
  } catch {
    const { data: _, ...bare } = problem // data that no JSON can hold
    return JSON.stringify(bare)
  }
}
