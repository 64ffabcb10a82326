/** What NATS's own tools ask a service (ADR-32): `nats micro ls`, `info` and `stats` show workers. */
import { connect } from '@nats-io/transport-node'
import { app, text } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { VERSION as version } from '../../src/version.ts'
import { gateway, get, started, worked } from './road.ts'

test('workers answer $SRV.PING, INFO and STATS, to all, to a name and to an id', async () => {
  const { url } = await started()
  const failing = app((_, path) => (path === '/fails' ? [500, null, {}, null] : text('fine')))
  await worked(url, failing)
  await worked(url, failing)
  const { app: front } = await gateway(url)
  await Promise.all(['/', '/', '/fails'].map((path) => get(front, path)))
  const tool = await connect({ servers: url })
  onTestFinished(() => tool.close())
  const ask = async (subject: string): Promise<Record<string, unknown>[]> => {
    const answers: Record<string, unknown>[] = []
    for await (const one of await tool.requestMany(subject, '', { strategy: 'stall', maxWait: 5_000 }))
      answers.push(one.json())
    return answers
  }
  for (const subject of ['$SRV.PING', '$SRV.PING.notes']) {
    const pings = await ask(subject)
    expect(pings, subject).toHaveLength(2)
    expect(new Set(pings.map(({ id }) => id)).size).toBe(2)
    expect(pings[0]).toEqual({
      type: 'io.nats.micro.v1.ping_response',
      name: 'notes',
      id: expect.any(String) as string,
      version,
      metadata: { hagaki: version },
    })
  }
  const [{ id }] = (await ask('$SRV.PING')) as [{ id: string }]
  const infos = await ask(`$SRV.INFO.notes.${id}`)
  expect(infos).toMatchObject([
    { id, type: 'io.nats.micro.v1.info_response', endpoints: [{ name: 'calls', metadata: {} }] },
  ])
  const stats = await ask('$SRV.STATS.notes')
  expect(stats[0]).toMatchObject({ type: 'io.nats.micro.v1.stats_response', started: expect.any(String) })
  const endpoints = stats.flatMap((one) => one['endpoints'] as { num_requests: number; num_errors: number }[])
  expect(endpoints.reduce((sum, one) => sum + one.num_requests, 0)).toBe(3)
  expect(endpoints.reduce((sum, one) => sum + one.num_errors, 0)).toBe(1)
  expect(await ask('$SRV.PING.others').catch((error: Error) => error.message)).toMatch(/no responders/)
})
