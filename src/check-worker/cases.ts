/**
 * What the rows have in common: streams that close a link, streams that leave it open, and what an echo
 * worker is asked.
 *
 * @module
 */
import { headersFrom } from '../value/headers.ts'
import { utf8Bytes } from '../value/utf8.ts'
import {
  CREDIT,
  DATA,
  END,
  FAILED,
  type Frame,
  frame,
  HELLO,
  MAX_DATA,
  REQUEST,
  RESPONSE,
} from '../wire/frames/frame.ts'
import {
  decodeCredit,
  decodeFailure,
  decodeResponse,
  encodeCredit,
  encodeHello,
  encodeMessage,
  type Message,
} from '../wire/frames/payload.ts'
import { hold } from './broken.ts'
import { type Candidate, wordsOf } from './candidate.ts'
import type { Row, Section, Start } from './row.ts'
import { octetsOf } from './vectors.ts'

type Body = Message<unknown>['body']
export type Answer = ReturnType<typeof decodeResponse>

/** A row whose vectors each close the link; `more` is asked besides. */
export function closing(
  name: string,
  section: Section,
  rule: string,
  vectors: readonly string[],
  more?: Row['check'],
): Row {
  return {
    name,
    section,
    rule,
    vectors,
    check: async (start) => {
      for (const one of vectors) await closesAfter(start, one, octetsOf('faulty', one))
      await more?.(start)
    },
  }
}

/** A row whose vectors each leave the link open; `more` is asked besides. */
export function staying(
  name: string,
  section: Section,
  rule: string,
  vectors: readonly string[],
  more?: Row['check'],
): Row {
  return {
    name,
    section,
    rule,
    vectors,
    check: async (start) => {
      for (const one of vectors) {
        await withWorker(start, async (worker) => {
          worker.write(octetsOf('sound', one))
          await worker.looked(`the link to stay open after "${one}"`)
        })
      }
      await more?.(start)
    },
  }
}

/** A row with a case of its own, on a link where both have said hello. */
export function asking(
  name: string,
  section: Section,
  rule: string,
  ask: (worker: Candidate) => Promise<void>,
  inline: number = MAX_DATA,
): Row {
  return { name, section, rule, vectors: [], check: (start) => onLink(start, ask, inline) }
}

/** The same, on a link of its own. */
export function onLink(
  start: Start,
  ask: (worker: Candidate) => Promise<void>,
  inline: number = MAX_DATA,
): Promise<void> {
  return withWorker(start, async (worker) => {
    worker.send(hello(inline))
    await worker.heard(({ type }) => type === HELLO, 'hello')
    await ask(worker)
  })
}

/** Sends a stream that has to close the link. */
export async function closesAfter(start: Start, what: string, octets: Uint8Array): Promise<void> {
  await withWorker(start, async (worker) => {
    worker.write(octets)
    try {
      await worker.closes()
    } catch (error) {
      if (error instanceof Error) error.message = `${what}: ${error.message}`
      throw error
    }
  })
}

async function withWorker(start: Start, ask: (worker: Candidate) => Promise<void>): Promise<void> {
  const worker = start()
  try {
    await ask(worker)
  } finally {
    await worker.kill()
  }
}

function hello(inline: number): Frame {
  return frame(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: 'check-worker', inline }))
}

/** A request to be echoed. */
export function echo(call: number, body: Body, method = 'POST', path = '/echo'): Frame {
  return asked(call, body, method, path)
}

/** A request that nobody answers, and whose body nobody reads. */
export function held(call: number, body: Body = null): Frame {
  return asked(call, body, 'POST', '/hold')
}

function asked(call: number, body: Body, method: string, path: string): Frame {
  const head = {
    method,
    path,
    query: null,
    mount: '',
    http: '1.1' as const,
    client: '192.0.2.7',
    protocol: 'http' as const,
    upgrade: null,
    timeoutMs: null,
    headers: headersFrom([['host', 'a.example']]),
    context: {},
  }
  return frame(REQUEST, call, encodeMessage(head, body))
}

export function credit(call: number, octets: number): Frame {
  return frame(CREDIT, call, encodeCredit(octets))
}

/** Octets of which no two stretches are alike. */
export function octets(count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  for (let at = 0; at < count; at++) bytes[at] = (at * 31 + (at >> 8) * 7) & 0xff
  return bytes
}

export function text(said: string): Uint8Array {
  return utf8Bytes(said)
}

/** The response to a call. Throws Broken for one that does not decode. */
export async function answerTo(worker: Candidate, call: number): Promise<Answer> {
  const isIt = (one: Frame): boolean => one.call === call && (one.type === RESPONSE || one.type === FAILED)
  const found = await worker.heard(isIt, `a response to call ${call}`)
  if (found.type === FAILED) {
    const { code } = decodeFailure(found.payload)
    hold(false, `a response to call ${call}`, `failed with ${code}`)
  }
  try {
    return decodeResponse(found.payload)
  } catch (error) {
    hold(false, 'a head that decodes', error instanceof Error ? error.message : String(error))
  }
}

/** What came of a body so far. */
export function dataOf(worker: Candidate, call: number): Uint8Array {
  return Buffer.concat(
    worker.frames.filter((one) => one.call === call && one.type === DATA).map(({ payload }) => payload),
  )
}

/** More octets than any answer here has. */
const PLENTY = 1_048_576

/** The whole body of an answer. What of it is still to come is granted. */
export async function wholeOf(worker: Candidate, call: number): Promise<Uint8Array> {
  const { body } = await answerTo(worker, call)
  if (body === null) return new Uint8Array(0)
  if (body instanceof Uint8Array) return body
  worker.send(credit(call, PLENTY))
  await worker.heard((one) => one.call === call && one.type === END, `the end of the answer to call ${call}`)
  return dataOf(worker, call)
}

/** Sends a body as far as credit comes for it, to its end. */
export async function sendBody(worker: Candidate, call: number, body: Uint8Array): Promise<void> {
  for (let at = 0; at < body.byteLength; ) {
    await worker.until(() => granted(worker, call) > at, `credit for octet ${at} of ${body.byteLength}`)
    const piece = body.subarray(at, Math.min(at + MAX_DATA, granted(worker, call)))
    worker.send(frame(DATA, call, piece))
    at += piece.byteLength
  }
  worker.send(frame(END, call))
}

/** Octets that a worker has asked for. */
export function granted(worker: Candidate, call: number): number {
  return worker.frames
    .filter((one) => one.call === call && one.type === CREDIT)
    .reduce((sum, { payload }) => sum + decodeCredit(payload), 0)
}

/** The code that a call failed with. */
export async function failedWith(worker: Candidate, call: number, expected: string): Promise<string> {
  const isIt = (one: Frame): boolean => one.call === call && one.type !== CREDIT
  const found = await worker.heard(isIt, `failed with ${expected} for call ${call}`)
  hold(found.type === FAILED, `failed with ${expected} for call ${call}`, wordsOf(found))
  return decodeFailure(found.payload).code
}

/** What came for a call, but for credit. */
export function cameFor(worker: Candidate, call: number): readonly Frame[] {
  return worker.frames.filter((one) => one.call === call && one.type !== CREDIT)
}

/** Nothing more than so many frames came for a call. */
export function nothingMore(worker: Candidate, call: number, count: number, when: string): void {
  const more = cameFor(worker, call)[count]
  hold(more === undefined, `nothing more for call ${call} ${when}`, more === undefined ? '' : wordsOf(more))
}
