/** What NATS's own tools ask a service (ADR-32): `nats micro ls`, `info` and `stats` show workers. */
import { connect } from '@nats-io/transport-node'
import { app, text } from 'hagaki'
import { connect as connectTool, type QueuedIterator } from 'nats'
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

test("NATS's own client of services lists them, and reads what they are and did", async () => {
  const { url } = await started()
  for (let n = 0; n < 2; n++)
    await worked(
      url,
      app((_, path) => (path === '/fails' ? [500, null, {}, null] : text('fine'))),
    )
  const { app: front } = await gateway(url)
  await Promise.all(['/', '/', '/fails'].map((path) => get(front, path)))
  const tool = await connectTool({ servers: url })
  onTestFinished(() => tool.close())
  const services = tool.services.client()
  const all = async <T>(answers: Promise<QueuedIterator<T>>): Promise<T[]> => {
    const found: T[] = []
    for await (const one of await answers) found.push(one)
    return found
  }

  const listed = await all(services.ping())
  expect(listed.map(({ name }) => name)).toEqual(['notes', 'notes'])
  const [info] = await all(services.info('notes', listed[0]!.id))
  expect(info).toMatchObject({
    id: listed[0]!.id,
    version,
    description: 'Answers the calls of Hagaki gateways',
  })
  expect(info!.endpoints).toMatchObject([{ name: 'calls', subject: `hagaki.notes.open.${info!.id}` }])
  const stats = (await all(services.stats('notes'))).flatMap(({ endpoints }) => endpoints ?? [])
  expect(stats.reduce((sum, one) => sum + one.num_requests, 0)).toBe(3)
  expect(stats.reduce((sum, one) => sum + one.num_errors, 0)).toBe(1)
  // The command `nats` takes no other numbers.
  for (const { processing_time, average_processing_time } of stats)
    expect([processing_time, average_processing_time].every(Number.isInteger)).toBe(true)
})
