/**
 * A worker under check: a process that is sent frames on its standard input, and whose frames are read
 * from its standard output. It is ended with its case.
 *
 * @module
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { encodeFrame, FrameReader } from '../wire/frames/codec.ts'
import { encodeNumber } from '../wire/frames/control.ts'
import { FRAMES, type Frame, frame, PING, PONG } from '../wire/frames/frame.ts'
import { Broken } from './broken.ts'

export interface CandidateCommand {
  readonly command: string
  readonly args: readonly string[]
  /** By default where this process is. */
  readonly cwd?: string
  /** Milliseconds that anything may take to come. */
  readonly patienceMs: number
}

/** Characters of its standard error that are kept for messages. */
const MAX_SAID = 2_000
/** How many of its frames are kept, and octets of them: more than any rule needs. */
const MAX_FRAMES = 65_536
const MAX_OCTETS = 16 * 1024 * 1024
const TOO_MANY = 'more than 65,536 frames, or more than 16 MiB'

export class Candidate {
  /** All that came so far, up to as much as is kept. */
  readonly frames: Frame[] = []
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #reader = new FrameReader()
  readonly #patienceMs: number
  readonly #waiting = new Set<() => void>()
  #pings = 0
  #octets = 0
  #said = ''
  /** What it sent that is no frame, or that is too much: nothing behind it is looked at. */
  #garbage: string | null = null
  #hasEnded = false
  #exit: string | null = null

  constructor({ command, args, cwd, patienceMs }: CandidateCommand) {
    this.#patienceMs = patienceMs
    this.#child = spawn(command, args, { stdio: 'pipe', ...(cwd !== undefined && { cwd }) })
    this.#child.once('error', (error) => this.#exited(error.message))
    this.#child.once('exit', (code, signal) =>
      this.#exited(signal === null ? `it exited with status ${code}` : `it was ended by ${signal}`),
    )
    // It may go before it has read everything: that is for the rows to judge.
    this.#child.stdin.on('error', () => {})
    this.#child.stdout.on('data', (bytes: Buffer) => this.#take(bytes))
    this.#child.stdout.on('error', () => {})
    this.#child.stdout.once('close', () => {
      this.#hasEnded = true
      this.#wake()
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-MAX_SAID)
    })
  }

  /** True once it has closed its side of the link. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Sends frames in one write. */
  send(...frames: readonly Frame[]): void {
    this.write(Buffer.concat(frames.map(encodeFrame)))
  }

  /** Sends octets, whatever they are. */
  write(octets: Uint8Array): void {
    this.#child.stdin.write(octets)
  }

  /** Ends our side of the link. */
  end(): void {
    this.#child.stdin.end()
  }

  /** The first frame that matches, which may be here already. */
  async heard(match: (frame: Frame) => boolean, expected: string): Promise<Frame> {
    let found: Frame | undefined
    await this.until(() => (found = this.frames.find(match)) !== undefined, expected)
    return found!
  }

  /** Waits until something holds of what came. Throws Broken when the link closes, or nothing does, before. */
  async until(holds: () => boolean, expected: string): Promise<void> {
    const isOver = (): boolean => holds() || this.#hasEnded || this.#garbage !== null
    if (!(await this.#waited(isOver))) throw new Broken(expected, `nothing of it within ${this.#within()}`)
    if (this.#garbage !== null) throw new Broken(expected, this.#garbage)
    if (!holds()) throw new Broken(expected, this.#ending())
  }

  /**
   * Asks for a pong and waits for it: all that was sent before has been looked at then. `behind` is sent in
   * one write with the ping.
   */
  async looked(expected = 'the link to stay open', behind?: Uint8Array): Promise<void> {
    const octets = this.#ping(behind)
    await this.heard((one) => one.type === PONG && same(one.payload, octets), expected)
  }

  /** Waits until it closes the link. A ping that is answered instead says that it does not. */
  async closes(): Promise<void> {
    const octets = this.#ping()
    const isAnswered = (): boolean =>
      this.frames.some((one) => one.type === PONG && same(one.payload, octets))
    const isOver = await this.#waited(() => this.#hasEnded || isAnswered() || this.#garbage !== null)
    if (this.#hasEnded) return
    const open = isOver ? 'a link that goes on' : `a link that is open after ${this.#within()}`
    throw new Broken('the link to be closed', this.#garbage ?? open)
  }

  /** Waits until the process is gone. */
  async exits(): Promise<void> {
    if (await this.#waited(() => this.#exit !== null)) return
    throw new Broken('the process to exit', `a process that runs on after ${this.#within()}`)
  }

  /** Ends the process, whatever it does. Resolves once it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy()
    while (this.#exit === null) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  // Distinct ones, and none of them like those of a vector.
  #ping(behind: Uint8Array = new Uint8Array(0)): Uint8Array {
    const octets = encodeNumber(0xc0de_0001 + this.#pings++)
    this.write(Buffer.concat([encodeFrame(frame(PING, 0, octets)), behind]))
    return octets
  }

  #take(bytes: Buffer): void {
    if (this.#garbage !== null) return
    this.#octets += bytes.byteLength
    try {
      for (const one of this.#reader.feed(bytes)) this.frames.push({ ...one, payload: one.payload.slice() })
      if (this.frames.length > MAX_FRAMES || this.#octets > MAX_OCTETS) this.#garbage = TOO_MANY
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#garbage = `octets that are no frame: ${reason.replace('Link closed: ', '')}`
    }
    this.#wake()
  }

  #exited(how: string): void {
    this.#exit ??= how
    this.#wake()
  }

  #ending(): string {
    const said = this.#said.trim().split('\n').at(-1) ?? ''
    return `the link closed${this.#exit === null ? '' : `: ${this.#exit}`}${said === '' ? '' : `, saying ${said}`}`
  }

  #within(): string {
    return `${this.#patienceMs} ms`
  }

  /** False when it does not hold in time. */
  async #waited(holds: () => boolean): Promise<boolean> {
    const until = performance.now() + this.#patienceMs
    while (!holds()) {
      const left = until - performance.now()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          clearTimeout(timer)
          this.#waiting.delete(settle)
          resolve()
        }
        const timer = setTimeout(settle, left)
        this.#waiting.add(settle)
      })
    }
    return true
  }

  #wake(): void {
    for (const settle of [...this.#waiting]) settle()
  }
}

/** A frame in words. */
export function wordsOf({ type, call, payload }: Frame): string {
  return `${FRAMES[type].name} for call ${call} of ${payload.byteLength} octets`
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
