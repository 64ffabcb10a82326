/**
 * What is around the connections of one server.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { ReaderOptions } from '../../wire/http1/request-reader.ts'
import type { Exchange, Line, Surroundings } from '../exchange.ts'
import type { Rests } from '../rests.ts'
import type { Heads } from './heads.ts'

/** What a connection needs of its gateway. */
export interface Host extends Surroundings {
  readonly reading: ReaderOptions
  readonly protocol: 'http' | 'https'
  readonly heads: Heads
  readonly rests: Rests
  exchange(line: Line, method: string, path: string): Exchange
  /** The connection is taken over: nothing but its end is heard of it any more. */
  release(socket: Socket): void
  /** The connection is gone. */
  left(connection: object): void
}
