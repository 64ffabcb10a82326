import { expect, test } from 'vitest'
import { Busy, passwordsAt } from './password.ts'

const cheap = { N: 16, r: 1, p: 1 }

test('a hash knows its password, and no other', async () => {
  const { hash, matches } = passwordsAt(cheap)
  const made = await hash('correct horse')
  expect(await matches('correct horse', made)).toBe(true)
  for (const wrong of ['', 'correct hors', 'Correct horse', 'correct horse '])
    expect(await matches(wrong, made)).toBe(false)
  expect(await hash('correct horse')).not.toBe(made)
})

test('no hash is of no password', async () => {
  const { matches } = passwordsAt(cheap)
  for (const password of ['', 'password', '\0']) expect(await matches(password, null)).toBe(false)
})

test('a hash says how it was made: the cost may rise, and old ones are still known', async () => {
  const old = await passwordsAt(cheap).hash('password')
  expect(old).toMatch(/^scrypt\$16\$1\$1\$[\w-]{22}\$[\w-]{43}$/)
  expect(await passwordsAt({ N: 32, r: 1, p: 1 }).matches('password', old)).toBe(true)
  await expect(passwordsAt(cheap).matches('password', 'md5$1$2$3$AA$BB')).rejects.toThrow(
    /md5, which is unknown/,
  )
})

test('what looks the same is the same password', async () => {
  const { hash, matches } = passwordsAt(cheap)
  expect(await matches('caf\u0065\u0301', await hash('caf\u00e9'))).toBe(true)
})

test('two are hashed at once and 100 wait; who comes after them is sent away', async () => {
  const { matches } = passwordsAt(cheap)
  const asked = Array.from({ length: 103 }, () => matches('password', null))
  await expect(asked.pop()).rejects.toSatisfy(Busy.is)
  expect(await Promise.all(asked)).toEqual(Array(102).fill(false))
  expect(await matches('password', null)).toBe(false)
})
