import { expect, test } from 'vitest'
import { PasswordsBusy, passwords } from './passwords.ts'

const cost = { N: 16, r: 1, p: 1 }

test('a hash knows its password, and no other', async () => {
  const { hash, matches } = passwords({ cost })
  const made = await hash('correct horse')
  expect(await matches('correct horse', made)).toBe(true)
  for (const wrong of ['', 'correct hors', 'Correct horse', 'correct horse '])
    expect(await matches(wrong, made)).toBe(false)
  expect(await hash('correct horse')).not.toBe(made)
})

test('no hash is of no password, and as much is computed', async () => {
  const { matches } = passwords({ cost })
  for (const password of ['', 'password', '\0']) expect(await matches(password, null)).toBe(false)
  const dear = passwords({ cost: { N: 2 ** 12, r: 8, p: 1 } })
  const made = await dear.hash('x')
  const costUs = async (against: string | null): Promise<number> => {
    const before = process.cpuUsage()
    for (let count = 0; count < 5; count++) expect(await dear.matches('y', against)).toBe(false)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const [known, unknown] = [await costUs(made), await costUs(null)]
  expect(unknown).toBeGreaterThan(known / 3)
  expect(unknown).toBeLessThan(known * 3)
})

test('a hash says how it was made: the cost may rise, and old ones are still known', async () => {
  const old = await passwords({ cost }).hash('password')
  expect(old).toMatch(/^scrypt\$16\$1\$1\$[\w-]{22}\$[\w-]{43}$/)
  expect(await passwords({ cost: { N: 32, r: 1, p: 1 } }).matches('password', old)).toBe(true)
})

test('what is no hash of ours is an error that shows nothing of it, and none takes more memory than any may', async () => {
  const { matches } = passwords({ cost })
  for (const hash of ['', 'md5$1$2$3$AA$BB', 'scrypt$16$1$1$AAAA$AAAA', 'scrypt', 'scrypt$16$1$1$secret']) {
    const thrown = await matches('x', hash).catch((error: unknown) => error as Error)
    expect([thrown, String(thrown).includes('secret')], hash).toEqual([expect.any(TypeError), false])
  }
  const key = Buffer.alloc(32).toString('base64url')
  for (const by of ['1073741824$8$1', '0$8$1', '3$8$1', 'x$y$z'])
    await expect(matches('x', `scrypt$${by}$AAAA$${key}`), by).rejects.toThrow(TypeError)
})

test('what looks the same is the same password (NIST SP 800-63B 5.1.1.2)', async () => {
  const { hash, matches } = passwords({ cost })
  expect(await matches('caf\u0065\u0301', await hash('caf\u00e9'))).toBe(true)
})

test('two are hashed at once and others wait; who comes after them is sent away', async () => {
  for (const [{ matches }, taken] of [
    [passwords({ cost }), 102],
    [passwords({ cost, waiting: 3 }), 5],
  ] as const) {
    const asked = Array.from({ length: taken + 1 }, () => matches('password', null))
    await expect(asked.pop()).rejects.toSatisfy(PasswordsBusy.is)
    expect(await Promise.all(asked)).toEqual(Array(taken).fill(false))
    expect(await matches('password', null)).toBe(false)
  }
})

test('a cost that scrypt has not is refused at boot', () => {
  for (const wrong of [
    { N: 15, r: 8, p: 1 },
    { N: 16, r: 0, p: 1 },
    { N: 2 ** 20, r: 8, p: 1 },
    { N: 16, r: 8, p: 0.5 },
  ])
    expect(() => passwords({ cost: wrong }), JSON.stringify(wrong)).toThrow(
      /scrypt has no such cost.*Write such as/,
    )
})
