import { STATUS_CODES } from 'node:http'
import { expect, test } from 'vitest'
import { FAILURE_STATUSES } from '../call/failure.ts'
import { FAULT_CODES, Fault } from '../fault.ts'
import { reasonPhrase } from './status.ts'

test('every status that a fault or a failure maps to has its phrase (RFC 9110 15)', () => {
  const details: Record<string, unknown> = { allow: [], accepts: [], offers: [], issues: [], accept: '' }
  for (const code of FAULT_CODES) {
    // Any detail will do: messages differ, the status of a code does not.
    const { status } = new Fault(
      code,
      new Proxy(details, { get: (at, name) => at[name as string] ?? '' }) as never,
    )
    expect(reasonPhrase(status), `${code} ${status}`).not.toBe('Unknown')
  }
  for (const status of Object.values(FAILURE_STATUSES)) expect(reasonPhrase(status)).not.toBe('Unknown')
})

test('a status without a registered phrase is unknown', () => {
  for (const status of [0, 299, 418, 599, 1000]) expect(reasonPhrase(status)).toBe('Unknown')
})

test('every status that is registered and in use has its phrase (IANA HTTP status codes)', () => {
  const [unused, obsoleted, foreign] = ['418', '510', '509'] // 509 was never registered
  for (const status of Object.keys(STATUS_CODES)) {
    if ([unused, obsoleted, foreign].includes(status)) continue
    expect(reasonPhrase(Number(status)), status).not.toBe('Unknown')
  }
})
