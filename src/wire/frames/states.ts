/**
 * What may happen on a link, and in a call on it: two tables of states and events. What stands in no
 * cell is a breach of the protocol and closes the link. Pure: `conversation.ts` walks them, and
 * `diagram.ts` prints them into `spec/frames.md`.
 *
 * @module
 */

/** A link as one side of it sees it. */
export type LinkState = 'opening' | 'open' | 'leaving' | 'left' | 'parting' | 'closed'

export type LinkEvent =
  | 'hello'
  | 'not loaded'
  | 'begins'
  | 'of a call'
  | 'ping'
  | 'pong'
  | 'says go-away'
  | 'hears go-away'
  | 'end'

/** What happens in a call, by who does it. A whole answer has its body beside its head, or none. */
export type CallEvent =
  | 'caller data'
  | 'caller end'
  | 'caller credit'
  | 'cancel'
  | 'timeout'
  | 'worker credit'
  | 'hint'
  | 'whole answer'
  | 'answer begins'
  | 'worker data'
  | 'worker end'
  | 'failed'

/**
 * A call from its first frame on: what the caller sends may still be `sending`, what the worker
 * answers may be `answering`, and of both it is `exchanging`.
 */
export type CallState = 'waiting' | 'sending' | 'answering' | 'exchanging' | 'over'

type Table<S extends string, E extends string> = { readonly [state in S]: { readonly [event in E]?: S } }

/** `begins` is a request or a call with a new number, `of a call` a frame of one that was begun. */
export const LINK: Table<LinkState, LinkEvent> = {
  opening: { hello: 'open', 'not loaded': 'closed', end: 'closed' },
  open: {
    begins: 'open',
    'of a call': 'open',
    ping: 'open',
    pong: 'open',
    'says go-away': 'leaving',
    'hears go-away': 'left',
    end: 'closed',
  },
  // What the other side began before it heard of it is not taken on, and is no breach.
  leaving: {
    begins: 'leaving',
    'of a call': 'leaving',
    ping: 'leaving',
    pong: 'leaving',
    'hears go-away': 'parting',
    end: 'closed',
  },
  left: { 'of a call': 'left', ping: 'left', pong: 'left', 'says go-away': 'parting', end: 'closed' },
  parting: { 'of a call': 'parting', ping: 'parting', pong: 'parting', end: 'closed' },
  closed: {},
}

/** Frames that crossed with the end of a call find it over, and change nothing. */
export const CALL_STATES: Table<CallState, CallEvent> = {
  waiting: {
    'caller credit': 'waiting',
    cancel: 'over',
    timeout: 'waiting',
    'worker credit': 'waiting',
    hint: 'waiting',
    'whole answer': 'over',
    'answer begins': 'answering',
    failed: 'over',
  },
  sending: {
    'caller data': 'sending',
    'caller end': 'waiting',
    'caller credit': 'sending',
    cancel: 'over',
    timeout: 'sending',
    'worker credit': 'sending',
    hint: 'sending',
    'whole answer': 'over',
    'answer begins': 'exchanging',
    failed: 'over',
  },
  answering: {
    'caller credit': 'answering',
    cancel: 'over',
    timeout: 'answering',
    'worker credit': 'answering',
    'worker data': 'answering',
    'worker end': 'over',
    failed: 'over',
  },
  exchanging: {
    'caller data': 'exchanging',
    'caller end': 'answering',
    'caller credit': 'exchanging',
    cancel: 'over',
    timeout: 'exchanging',
    'worker credit': 'exchanging',
    'worker data': 'exchanging',
    'worker end': 'over',
    failed: 'over',
  },
  over: {
    'caller data': 'over',
    'caller end': 'over',
    'caller credit': 'over',
    cancel: 'over',
    timeout: 'over',
    'worker credit': 'over',
    hint: 'over',
    'whole answer': 'over',
    'answer begins': 'over',
    'worker data': 'over',
    'worker end': 'over',
    failed: 'over',
  },
}

/** The state after an event, or null: it may not happen there. */
export function afterLink(state: LinkState, event: LinkEvent): LinkState | null {
  return LINK[state][event] ?? null
}

/** The state after an event, or null: it may not happen there. */
export function afterCall(state: CallState, event: CallEvent): CallState | null {
  return CALL_STATES[state][event] ?? null
}
