/**
 * What a process under test and the test say to each other, beside the sockets.
 *
 * @module
 */
import type { ServeOptions } from '../../src/server/serve.ts'

/** How the process serves: plain data. */
export type Serving = Pick<ServeOptions, 'server' | 'limits' | 'budget' | 'tls' | 'unix'>

export type Said =
  | { readonly said: 'serving'; readonly port: number }
  | { readonly said: 'vitals'; readonly vitals: Vitals }
  /** All outcomes of calls so far, by kind. */
  | { readonly said: 'outcomes'; readonly outcomes: Outcomes }
  /** Told once the server has stopped: the clients' ports of all connections it had ever accepted. */
  | { readonly said: 'stopped'; readonly accepted: readonly number[] }

export type Asked = 'vitals' | 'outcomes'

/** What a crowd of clients says: all are connected; all connections have been ended by the server. */
export interface CrowdSaid {
  readonly said: 'open' | 'gone'
}

/** What clients that upload say: all are connected; all of their uploads have come to an end. */
export type UploadsSaid =
  | { readonly said: 'connected' }
  | {
      readonly said: 'answered'
      readonly statuses: Readonly<Record<string, number>>
      readonly wrong: readonly string[]
    }

/** What a process holds, right after its garbage was collected. */
export interface Vitals {
  /** Open file descriptors; 0 where there is no /proc. */
  readonly descriptors: number
  /** What keeps the process alive, by kind: timers, sockets, requests to the system. */
  readonly resources: Readonly<Record<string, number>>
  /** Files that are spooled; 0 where nothing was. */
  readonly spooled: number
  /** Bytes in use. */
  readonly heap: number
  /** Bytes of buffers. */
  readonly buffers: number
  /** Bytes of the process in memory. */
  readonly resident: number
}

/** As long as those of the server's own clock at most, in milliseconds. */
export const TURN_MS = 500

export interface Outcomes {
  readonly whole: number
  readonly aborted: number
  /** Bytes that the endless streams have made. */
  readonly streamed: number
  /** Connections so far, and how many of them were open at once, at most. */
  readonly accepted: number
  readonly together: number
  /** Turns of a clock of `TURN_MS`: so far, and when the last connection ended. */
  readonly turns: number
  readonly endedIn: number
}
