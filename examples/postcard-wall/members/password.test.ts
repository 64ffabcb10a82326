import { expect, test } from 'vitest'
import { Busy, Passwords } from './password.ts'

test('the same password gives another hash each time, which says how it was made', async () => {
  const cheap = new Passwords({ N: 2, r: 1, p: 1 })
  const [one, two] = [await cheap.hash('x'), await cheap.hash('x')]
  expect(one).toMatch(/^scrypt\$2\$1\$1\$[\w-]{22}\$[\w-]{43}$/)
  expect(one).not.toBe(two)
  const dear = new Passwords({ N: 4, r: 2, p: 2 })
  expect(await dear.matches('x', one)).toBe(true)
  expect(await dear.matches('y', one)).toBe(false)
  await expect(dear.matches('x', 'md5$1$2$3$a$b')).rejects.toThrow('hashed by md5')
})

test('without a hash as much is computed, and nothing matches', async () => {
  const passwords = new Passwords({ N: 2 ** 12, r: 8, p: 1 })
  const hash = await passwords.hash('x')
  const costUs = async (against: string | null): Promise<number> => {
    const before = process.cpuUsage()
    for (let count = 0; count < 5; count++) expect(await passwords.matches('y', against)).toBe(false)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const [known, unknown] = [await costUs(hash), await costUs(null)]
  expect(unknown).toBeGreaterThan(known / 3)
  expect(unknown).toBeLessThan(known * 3)
})

test('two are computed at once, fifty wait, and more are told to come again', async () => {
  const passwords = new Passwords({ N: 2 ** 10, r: 8, p: 1 })
  const settled = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash('x')))
  const refused = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  expect(refused).toHaveLength(8)
  expect(refused.every(({ reason }) => Busy.is(reason))).toBe(true)
  expect(await passwords.hash('x')).toMatch(/^scrypt/)
})
