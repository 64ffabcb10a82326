/**
 * Commands, as the command line is read.
 *
 * @module
 */
import type { Environment, Limits } from '../contract.ts'
import type { ServerKind } from '../server/serve.ts'
import type { CheckWorkerCommand } from './check-worker-arguments.ts'
import type { ForeignOptions } from './languages.ts'
import type { NatsOption } from './nats-option.ts'

export type Topic = 'serve' | 'work' | 'try' | 'contract' | 'routes' | 'openapi' | 'check-worker'

export type Command =
  | { readonly name: 'help'; readonly topic: Topic }
  | { readonly name: 'version' }
  | ServeCommand
  | WorkCommand
  | TryCommand
  | ContractCommand
  | RoutesCommand
  | OpenApiCommand
  | CheckWorkerCommand

export interface ServeCommand {
  readonly name: 'serve'
  readonly module: string
  readonly port: number
  readonly host: string
  /** Path of a unix socket, instead of host and port. */
  readonly unix: string | null
  /** Null for the default one. */
  readonly server: ServerKind | null
  /** Null serves in this process. */
  readonly workers: number | 'auto' | null
  readonly environment: Environment
  /** Names of the files. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly watch: boolean
  readonly limits: Partial<Limits>
  /** Bytes, or false for no bound; null for the default one. */
  readonly budget: number | false | null
  readonly foreign: ForeignOptions
}

export interface WorkCommand {
  readonly name: 'work'
  readonly module: string
  /** As typed: "unix:/run/notes.sock". */
  readonly listen: readonly string[]
  /** Null where it is not on NATS. */
  readonly nats: NatsOption | null
  /** Names of the files: of callers' certificates the signers' alone, or with a certificate of its own. */
  readonly tls: {
    readonly cert: string | null
    readonly key: string | null
    readonly ca: string | null
  } | null
  /** Null for what goes with the address. */
  readonly trusted: true | null
  readonly environment: Environment
  readonly limits: Partial<Limits>
  /** Bytes, or false for no bound; null for the default one. */
  readonly budget: number | false | null
  readonly foreign: ForeignOptions
}

export interface TryCommand {
  readonly name: 'try'
  readonly module: string
  readonly method: string
  readonly target: string
  /** As typed: "accept: text/html". */
  readonly fields: readonly string[]
  /** The body itself, or "@" and the name of a file, "-" for standard input. */
  readonly data: string | null
  readonly json: boolean
  /** True to print the head as well. */
  readonly include: boolean
  readonly environment: Environment
  readonly foreign: ForeignOptions
}

export interface ContractCommand {
  readonly name: 'contract'
  readonly module: string
  /** Null for standard output. */
  readonly output: string | null
  /** True for what clients need of it alone. */
  readonly client: boolean
  /** The file with the contract that callers know, to be compared instead of written. */
  readonly check: string | null
  /** True where a change that may break somebody fails as well. */
  readonly strict: boolean
}

export interface RoutesCommand {
  readonly name: 'routes'
  readonly module: string
  readonly json: boolean
}

export interface OpenApiCommand {
  readonly name: 'openapi'
  readonly module: string
  /** Null for standard output. */
  readonly output: string | null
  /** Null for what the package says that the module is in. */
  readonly title: string | null
  readonly apiVersion: string | null
  readonly description: string | null
  readonly servers: readonly string[]
  readonly host: string | null
}
