/**
 * One side's view of a link: which state it and each call on it are in, and what the other side may
 * still do. Pure but for the clock that it is given; `states.ts` has the tables.
 *
 *   heard   judges a frame that came, by its type and call
 *   moved   takes a call on, by what either side did
 *   Fault   frame_faulty, link_flooded: the other side broke the protocol, and the link is to be closed
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { Allowance } from './allowance.ts'
import { ByCall } from './by-call.ts'
import {
  CALL,
  type CANCEL,
  type CREDIT,
  DATA,
  type END,
  FAILED,
  FRAMES,
  type FrameType,
  GO_AWAY,
  HELLO,
  type HINT,
  MAX_CALL,
  PING,
  PONG,
  REQUEST,
  type RESPONSE,
  type RESULT,
  type Role,
  type TIMEOUT,
} from './frame.ts'
import {
  afterCall,
  afterLink,
  type CallEvent,
  type CallState,
  type LinkEvent,
  type LinkState,
} from './states.ts'

/** A frame of a call under way, of one that is over, of a new one, or of the link. */
export type Heard =
  | {
      readonly of: 'link'
      readonly type: typeof HELLO | typeof FAILED | typeof PING | typeof PONG | typeof GO_AWAY
    }
  | { readonly of: 'new'; readonly type: typeof REQUEST | typeof CALL; readonly isTaken: boolean }
  | { readonly of: 'call'; readonly type: OfCall }
  | { readonly of: 'nothing' }

type OfCall =
  | typeof RESPONSE
  | typeof RESULT
  | typeof DATA
  | typeof END
  | typeof CREDIT
  | typeof CANCEL
  | typeof FAILED
  | typeof TIMEOUT
  | typeof HINT

interface Standing {
  state: CallState
  readonly isNamed: boolean
}

/** Pings that may be without their pong. */
const MAX_PINGS = 16
const NOTHING: Heard = { of: 'nothing' }

export class Conversation {
  readonly #role: Role
  readonly #allowance: Allowance
  readonly #calls = new ByCall<Standing>()
  #link: LinkState = 'opening'
  #last = 0
  #pings = 0
  /** Data octets that may yet come for calls that are over: they had been granted. */
  #owed = 0

  constructor(role: Role, now: () => number = () => performance.now()) {
    this.#role = role
    this.#allowance = new Allowance(now)
  }

  get link(): LinkState {
    return this.#link
  }

  /** True while this side may begin calls: until it is to leave, or has no number left. */
  get mayBegin(): boolean {
    return this.#link === 'open' && this.#last < MAX_CALL
  }

  /** The highest number of a call that was begun. */
  get last(): number {
    return this.#last
  }

  /** Calls under way. */
  get size(): number {
    return this.#calls.size
  }

  has(call: number): boolean {
    return this.#calls.has(call)
  }

  /** Judges what came, before its payload is looked at: `octets` are those of it. */
  heard(type: FrameType, call: number, octets: number): Heard {
    const { name, from, ofLink } = FRAMES[type]
    if (from === this.#role) throw faulty(`${name} from a ${other(this.#role)}`)
    if (ofLink === true && call !== 0) throw faulty(`${name} with a call number`)
    if (type === HELLO || type === PING || type === PONG || type === GO_AWAY) return this.#heardOfLink(type)
    if (type === FAILED && call === 0) {
      this.#moveLink('not loaded')
      return { of: 'link', type }
    }
    if (type === REQUEST || type === CALL) return this.#heardBegin(type, call)
    this.#moveLink('of a call')
    if (call === 0 || call > this.#last) throw faulty(`${name} for call ${call}, which never was`)
    if (this.#calls.has(call)) return { of: 'call', type }
    this.#late(type, octets)
    return NOTHING
  }

  /** A call of that number is begun, by whichever side. */
  begin(call: number, type: typeof REQUEST | typeof CALL, isToCome: boolean): void {
    this.#last = call
    this.#calls.set(call, { state: isToCome ? 'sending' : 'waiting', isNamed: type === CALL })
  }

  /** A call was taken note of and is not taken on. */
  refuse(call: number): void {
    this.#last = call
    this.useless('calls that are refused')
  }

  /** False when the call was over, and nothing is to be done. */
  moved(call: number, event: CallEvent): boolean {
    const standing = this.#calls.get(call)
    if (standing === undefined) return false
    const next = afterCall(standing.state, event)
    if (next === null) throw faulty(`${event} in a call that is ${standing.state}`)
    if (next === 'over') this.#calls.delete(call)
    else standing.state = next
    return true
  }

  /** A request is answered by a response, a call by a result. */
  answeredBy(call: number, type: typeof RESPONSE | typeof RESULT, result: typeof RESULT): void {
    if (this.#calls.get(call)?.isNamed !== (type === result))
      throw faulty(`${FRAMES[type].name} to the other kind of call`)
  }

  /** That many octets of a call that is over were granted and had not come. */
  owed(octets: number): void {
    this.#owed += octets
  }

  /** Something came that brings nothing on. Fault: link_flooded. */
  useless(what: string): void {
    this.#allowance.spend(what)
  }

  /** This side asks for a pong. False when too many are still to come. */
  pinged(): boolean {
    if (this.#pings >= MAX_PINGS) return false
    this.#pings++
    return true
  }

  /** This side begins no more, or takes no more on. False when there is nothing to say it to. */
  left(): boolean {
    const next = afterLink(this.#link, 'says go-away')
    if (next === null) return false
    this.#link = next
    return true
  }

  /** The link is over, and with it every call. */
  ended(): void {
    if (this.#link !== 'closed') this.#moveLink('end')
    this.#calls.clear()
  }

  #heardOfLink(type: typeof HELLO | typeof PING | typeof PONG | typeof GO_AWAY): Heard {
    if (type === HELLO) this.#moveLink('hello')
    else if (type === GO_AWAY) this.#moveLink('hears go-away')
    else {
      this.#moveLink(type === PING ? 'ping' : 'pong')
      if (type === PING) this.useless('pings')
      else if (--this.#pings < 0) throw faulty('a pong without a ping')
    }
    return { of: 'link', type }
  }

  #heardBegin(type: typeof REQUEST | typeof CALL, call: number): Heard {
    this.#moveLink('begins')
    if (call <= this.#last || call > MAX_CALL)
      throw faulty(`${FRAMES[type].name} ${call} after ${this.#last}`)
    return { of: 'new', type, isTaken: this.#link === 'open' }
  }

  #moveLink(event: LinkEvent): void {
    const next = afterLink(this.#link, event)
    if (next === null) throw faulty(`${event} on a link that is ${this.#link}`)
    this.#link = next
  }

  #late(type: FrameType, octets: number): void {
    if (type === DATA && octets <= this.#owed) this.#owed -= octets
    else this.useless('frames for calls that are over')
  }
}

function other(role: Role): Role {
  return role === 'caller' ? 'worker' : 'caller'
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
