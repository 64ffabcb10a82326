/**
 * `@nats-io/transport-node`, which is there where somebody installed it, and what is needed of it.
 *
 * @module
 */
import { Fault } from '../../fault.ts'

export interface NatsMessage {
  readonly subject: string
  readonly reply?: string
  readonly data: Uint8Array
  readonly headers?: { readonly code: number }
}

export interface NatsSubscription {
  unsubscribe(): void
}

export interface NatsStatus {
  readonly type: string
  readonly error?: Error
}

export interface NatsConnection {
  readonly info?: { readonly max_payload: number; readonly server_name?: string }
  publish(subject: string, data: Uint8Array, options?: { readonly reply: string }): void
  subscribe(
    subject: string,
    options: { readonly callback: (error: Error | null, message: NatsMessage) => void },
  ): NatsSubscription
  status(): AsyncIterable<NatsStatus>
  flush(): Promise<void>
  close(): Promise<void>
  closed(): Promise<unknown>
}

export interface NatsLibrary {
  connect(options: object): Promise<NatsConnection>
  credsAuthenticator(creds: Uint8Array): unknown
}

/** Loads it. `what` needs it. Fault: setup_faulty, with what to type. */
export async function loadNats(what: string): Promise<NatsLibrary> {
  const name: string = '@nats-io/transport-node'
  try {
    return (await import(name)) as NatsLibrary
  } catch (error) {
    const reason = `it needs the package ${name}`
    throw new Fault('setup_faulty', { what, reason, fix: `Install it: npm install ${name}` }, error)
  }
}
