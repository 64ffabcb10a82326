/**
 * What a supervisor and its workers tell each other. A worker speaks first: it is there; then it
 * is told what to serve, and says that it does, or why it cannot.
 *
 * @module
 */
import type { FaultDetail } from '../../fault.ts'
import type { ServeOptions } from '../serve.ts'

/** What a worker serves, and how. Plain data: it crosses to another process. */
export interface Assignment {
  /** URL of the module that exports the app. */
  readonly module: string
  /** The module as the user named it, for messages. */
  readonly name: string
  readonly options: Omit<ServeOptions, 'log'>
  /** For whoever loads the module. */
  readonly given?: unknown
}

/** To finish what is under way and exit, or not to finish it. `retire`: another worker has taken over already. */
export type Ending = 'retire' | 'drain' | 'cut'

export type Order =
  | { readonly order: 'serve'; readonly assignment: Assignment }
  | { readonly order: Ending }
  | ({ readonly order: 'hear' } & Passed)

export type News =
  | { readonly news: 'here' }
  | { readonly news: 'serving'; readonly where: Where }
  /** It did not start, has said so itself on standard error, and exits. */
  | { readonly news: 'failed'; readonly detail: FaultDetail['setup_faulty'] }
  /** It will not go on, finishes what is under way, and exits. */
  | { readonly news: 'leaving' }
  | ({ readonly news: 'hear' } & Passed)

/** An item of a topic that somebody published elsewhere: as `HubLink.pass`. */
export interface Passed {
  readonly topic: string | null
  readonly item: string | null
}

/** Where a worker listens: as `Running`. */
export interface Where {
  readonly port: number
  readonly host: string
  readonly url: string
}
