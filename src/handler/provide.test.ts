import { expect, test } from 'vitest'
import { serverFacts } from '../call/server-facts.ts'
import { resource } from './provide.ts'

const SERVER = serverFacts()

test('a resource is opened by its first holder and closed by its last', async () => {
  const seen: string[] = []
  const db = resource(
    () => (seen.push('open'), { name: 'db' }),
    (one) => void seen.push(`close ${one.name}`),
  )
  const [a, b] = await Promise.all([db.open(SERVER), db.open(SERVER)])
  expect(a).toBe(b)
  await db.close()
  expect(seen).toEqual(['open'])
  await db.close()
  expect(seen).toEqual(['open', 'close db'])
  await db.close()
  expect(seen).toEqual(['open', 'close db'])
})

test('what could not be opened can be opened later', async () => {
  let tries = 0
  const flaky = resource(() => {
    if (++tries === 1) throw new Error('not yet')
    return tries
  })
  const both = await Promise.allSettled([flaky.open(SERVER), flaky.open(SERVER)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await flaky.close()
  expect(await flaky.open(SERVER)).toBe(2)
})

test('it is opened again only when it is closed', async () => {
  const seen: string[] = []
  let letClose = (): void => {}
  const mayClose = new Promise<void>((resolve) => {
    letClose = resolve
  })
  const port = resource(
    () => void seen.push('open'),
    () => mayClose.then(() => void seen.push('closed')),
  )
  await port.open(SERVER)
  const closing = port.close()
  const opening = port.open(SERVER)
  letClose()
  await Promise.all([closing, opening])
  expect(seen).toEqual(['open', 'closed', 'open'])
})

test('what fails to close can be opened again all the same', async () => {
  let opened = 0
  const db = resource(
    () => ++opened,
    () => Promise.reject(new Error('stuck')),
  )
  await db.open(SERVER)
  await expect(db.close()).rejects.toThrow('stuck')
  expect(await db.open(SERVER)).toBe(2)
})

test('opening sees the server that it is for', async () => {
  const server = serverFacts({ name: 'here', port: 7 })
  expect(await resource(({ name, port }) => `${name}:${port}`).open(server)).toBe('here:7')
})
