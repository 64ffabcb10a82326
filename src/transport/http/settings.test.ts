/** What `http` may be told. */
import { expect, test } from 'vitest'
import { isFault } from '../../fault.ts'
import { http } from './http.ts'
import type { HttpOptions } from './options.ts'
import { settingsOf } from './settings.ts'

test('what was not said has a value', () => {
  expect(settingsOf({})).toEqual({
    name: 'the upstream',
    connections: 256,
    idle: 64,
    idleMs: 4_000,
    ageMs: 300_000,
    connectMs: 5_000,
    queue: 1_024,
    queueMs: 5_000,
    answerMs: 60_000,
    tryMs: 60_000,
    silenceMs: 60_000,
    sendMs: 30_000,
    retries: 1,
    host: 'keep',
    forwarded: 'x-forwarded',
    via: 'hagaki',
    expect: false,
    upgrade: true,
    connect: false,
    limits: { head: 16_384, fields: 100, chunkExtensions: 4_096 },
    tls: {},
    health: null,
    eject: { after: 5, forMs: 10_000, mostMs: 300_000 },
  })
  expect(settingsOf({ timeout: '2s' })).toMatchObject({ answerMs: 2_000, tryMs: 2_000 })
  expect(settingsOf({ health: '/a' }).health).toEqual({
    path: '/a',
    intervalMs: 5_000,
    timeoutMs: 2_000,
    fall: 3,
    rise: 2,
  })
  expect(settingsOf({ eject: false }).eject).toBe(null)
})

test('what makes no sense stops the boot, and says what to write', () => {
  const faulty: Record<string, unknown>[] = [
    { timout: '5s' },
    { timeout: 'soon' },
    { timeout: 0 },
    { connections: 0 },
    { connections: 1.5 },
    { retries: 11 },
    { retries: -1 },
    { host: 'a b' },
    { forwarded: true },
    { via: 'a b' },
    { limits: { body: 1 } },
    { limits: { head: 'much' } },
    { limits: { fields: 0 } },
    { tls: { pfx: 'a' } },
    { tls: { cert: 'none', key: 'none' } },
    { health: 'readyz' },
    { health: { path: '/a b' } },
    { health: { path: '/a', fall: 0 } },
    { eject: { after: 0 } },
    { eject: { until: '5s' } },
  ]
  for (const options of faulty)
    expect(
      codeOf(() => settingsOf(options as HttpOptions)),
      JSON.stringify(options),
    ).toBe('setup_faulty')
  expect(codeOf(() => http([]))).toBe('setup_faulty')
  expect(codeOf(() => http(['http://a', 'http://a']))).toBe('setup_faulty')
})

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return isFault(error) ? error.code : String(error)
  }
  return 'taken'
}
