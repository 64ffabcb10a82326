/**
 * What NATS's own tools ask a service: who it is, and what it did. `nats micro ls` shows it.
 *
 *   $SRV.PING, $SRV.INFO, $SRV.STATS, and the same with .NAME and .NAME.ID behind
 *
 * NATS ADR-32.
 *
 * @module
 */
import { utf8Bytes } from '../value/utf8.ts'
import { VERSION } from '../version.ts'
import type { Counts } from './counted.ts'

export interface ServiceFacts {
  readonly name: string
  readonly id: string
  /** The mark of what it offers by name, or null. */
  readonly contract: string | null
  /** Where links are opened. */
  readonly subject: string
  readonly started: Date
}

export type Asked = 'PING' | 'INFO' | 'STATS'

/** Subjects on which `asked` is asked of a service. */
export function serviceSubjects({ name, id }: ServiceFacts, asked: Asked): string[] {
  const front = `$SRV.${asked}`
  return [front, `${front}.${name}`, `${front}.${name}.${id}`]
}

/** The answer, as JSON. */
export function serviceAnswer(asked: Asked, facts: ServiceFacts, counts: Counts): Uint8Array {
  const { name, id, contract, subject, started } = facts
  const metadata = { hagaki: VERSION, ...(contract !== null && { contract }) }
  const identity = { name, id, version: VERSION, metadata }
  const endpoint = { name: 'calls', subject, queue_group: '' }
  switch (asked) {
    case 'PING':
      return json({ type: 'io.nats.micro.v1.ping_response', ...identity })
    case 'INFO':
      return json({
        type: 'io.nats.micro.v1.info_response',
        ...identity,
        description: 'Answers the calls of Hagaki gateways',
        endpoints: [{ ...endpoint, metadata: {} }],
      })
    case 'STATS': {
      const { calls, errors, nanoseconds } = counts
      const average = calls === 0 ? 0 : Math.round(nanoseconds / calls)
      const stats = {
        num_requests: calls,
        num_errors: errors,
        last_error: '',
        processing_time: nanoseconds,
        average_processing_time: average,
      }
      return json({
        type: 'io.nats.micro.v1.stats_response',
        ...identity,
        started: started.toISOString(),
        endpoints: [{ ...endpoint, ...stats }],
      })
    }
  }
}

function json(data: object): Uint8Array {
  return utf8Bytes(JSON.stringify(data))
}
