/**
 * The request that is under way on a connection of HTTP/1.1: its exchange, and its body as far as that has
 * arrived. RFC 9112 sections 6 and 8.
 *
 * @module
 */
import { WholeInput } from '../../call/input.ts'
import { CallOptions } from '../../call/options.ts'
import type { Input } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import type { RequestHead } from '../../wire/http1/request-reader.ts'
import type { Exchange } from '../exchange.ts'
import type { AnswerLine } from './answer-line.ts'
import { type BodyLine, Http1Body } from './body.ts'
import type { Host } from './host.ts'
import type { Intake } from './intake.ts'

/** A body up to so many octets that came with its head is not charged: its connection holds more than that. */
const FREE = 16 * 1024

const NO_PROTOCOLS: readonly string[] = Object.freeze([])

export class UnderWay implements BodyLine {
  readonly #gateway: Host
  readonly #intake: Intake
  readonly #line: AnswerLine
  readonly #client: string | null
  #exchange: Exchange | null = null
  #body: Http1Body | null = null

  /** `client`: the address of the other end, where it has one. */
  constructor(gateway: Host, intake: Intake, line: AnswerLine, client: string | null) {
    this.#gateway = gateway
    this.#intake = intake
    this.#line = line
    this.#client = client
  }

  /** Null between two requests. */
  get exchange(): Exchange | null {
    return this.#exchange
  }

  /** True when nothing behind the body can be read, because not all of it can. */
  get failed(): boolean {
    return this.#body?.failed === true
  }

  /** A request begins: calls the app. */
  begin(head: RequestHead): void {
    const { method, path, query, http, headers, fields } = head
    this.#line.asked(head)
    const exchange = this.#gateway.exchange(this.#line, method, path)
    this.#exchange = exchange
    const input = fields.length === 0 ? null : this.#input(exchange, fields.length)
    const options = new CallOptions(exchange.call, input, {
      query,
      mount: '',
      http,
      client: this.#client,
      protocol: this.#gateway.protocol,
      deadline: null,
      upgrade: method === 'CONNECT' ? NO_PROTOCOLS : fields.upgrade,
    })
    exchange.run(headers, options)
  }

  /** The request is answered: gives its exchange. */
  end(): Exchange {
    const exchange = this.#exchange!
    this.#exchange = null
    this.#body?.leave()
    this.#body = null
    return exchange
  }

  /** Octets have arrived. */
  arrived(): void {
    this.#body?.arrived()
    this.holdBack()
  }

  /** Unless somebody waits for octets, keeps back what still comes. */
  holdBack(): void {
    if (this.#body?.waits !== true) this.#intake.holdBack()
  }

  /** No more octets arrive. What has arrived may be all of the body: of chunks nobody knows before they are read. */
  cutShort(): void {
    const exchange = this.#exchange
    if (exchange === null) return
    const fault = new Fault('request_aborted', { reason: 'the connection was closed' })
    this.#body?.ended(fault)
    const { left, pending, pendingLength } = this.#intake.reader
    const whole = this.#body === null || (left === null ? pending : left <= pendingLength)
    if (whole) exchange.halfClosed()
    else exchange.call.abort(fault)
  }

  /** The connection is gone. */
  lost(): void {
    this.#body?.fail(new Fault('request_aborted', { reason: 'the client went away' }))
    const exchange = this.#exchange
    this.#exchange = null
    // The signal tells why, before whoever makes the body is told to leave.
    exchange?.over(false)
    this.#line.lost()
  }

  /** Time has passed, in milliseconds. */
  tick(elapsedMs: number): void {
    const late = this.#exchange === null ? null : (this.#body?.tick(elapsedMs) ?? null)
    if (late !== null) this.#body?.fail(late)
  }

  proceed(): void {
    // A client that has seen the final status is not asked for more.
    if (this.#exchange?.answered !== false) return
    const { pending, over } = this.#intake.reader
    if (!pending && !over) this.#line.proceed()
  }

  broken(fault: Fault): void {
    this.#exchange?.call.abort(fault)
    this.#exchange?.fail(fault)
  }

  #input(exchange: Exchange, length: number | null): Input {
    const { budget, server } = this.#gateway
    const { limits } = server
    const { reader } = this.#intake
    const free = budget === null ? limits.body : Math.min(limits.body, FREE)
    if (length !== null && length <= free && reader.pendingLength >= length) {
      return new WholeInput(reader.piece(), limits.body)
    }
    this.#body = new Http1Body(length, this.#intake, this, limits)
    return exchange.input(this.#body)
  }
}
