import { readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { scratchFile, scratchMembers, THEN } from '../scratch.ts'
import { MembersFull, NameTaken, NotLetIn } from './members.ts'
import { TooManyTries } from './tries.ts'

const SECRET = 'correct horse'

const refused = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => Promise.reject(new Error('it was accepted')),
    (error: unknown) => error,
  )

test('who has joined is let in by the password, and by no other', async () => {
  const members = await scratchMembers()
  expect(await members.join('Ada', SECRET)).toEqual({ name: 'Ada' })
  expect(await members.find('Ada', SECRET, null)).toEqual({ name: 'Ada' })
  for (const wrong of ['', 'correct hors', 'correct horse ', 'Correct horse'])
    expect(NotLetIn.is(await refused(members.find('Ada', wrong, null))), wrong).toBe(true)
})

test('a name that nobody has and a wrong password are told alike', async () => {
  const members = await scratchMembers()
  await members.join('Ada', SECRET)
  const [unknown, wrong] = [
    await refused(members.find('Nobody', SECRET, null)),
    await refused(members.find('Ada', 'wrong', null)),
  ]
  expect(NotLetIn.is(unknown)).toBe(true)
  expect(unknown).toEqual(wrong)
})

test('names that look the same are one name, as it was first written', async () => {
  const members = await scratchMembers()
  await members.join('Ada Ærø', SECRET)
  for (const same of ['ada ærø', 'ADA ÆRØ', 'Ａｄａ ærø', ' Ada Ærø '])
    expect(NameTaken.is(await refused(members.join(same, SECRET))), same).toBe(true)
  expect(await members.find('ADA ÆRØ', SECRET, null)).toEqual({ name: 'Ada Ærø' })
})

test('a password that looks the same is the same (NIST SP 800-63B 5.1.1.2)', async () => {
  const members = await scratchMembers()
  await members.join('Ada', 'pa\u0301ssword')
  expect(await members.find('Ada', 'p\u00e1ssword', null)).toEqual({ name: 'Ada' })
})

test('of two processes that want one name at once, one has it, and both know its password', async () => {
  const path = await scratchFile('members.jsonl')
  const [here, there] = [await scratchMembers(path), await scratchMembers(path)]
  const joining = await Promise.allSettled([
    here.join('Ada', 'password one'),
    there.join('ada', 'password two'),
  ])
  const [taken] = joining.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  expect(NameTaken.is(taken?.reason)).toBe(true)
  const secret = joining[0]!.status === 'fulfilled' ? 'password one' : 'password two'
  await there.join('Bob', SECRET) // each has looked now
  await here.join('Eve', SECRET)
  for (const members of [here, there]) expect((await members.find('Ada', secret, null)).name).toMatch(/ada/i)
})

test('after a restart everybody is who they were; the file holds no password, and is nobody else’s to read', async () => {
  const path = await scratchFile('members.jsonl')
  await (await scratchMembers(path)).join('Ada', SECRET)
  expect(await (await scratchMembers(path)).find('Ada', SECRET, null)).toEqual({ name: 'Ada' })
  expect(await readFile(path, 'utf8')).not.toContain(SECRET)
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('after ten tries at one address a name waits there for a quarter of an hour, and nowhere else', async () => {
  let nowMs = THEN
  const members = await scratchMembers(undefined, () => nowMs)
  await members.join('Ada', SECRET)
  for (let count = 0; count < 9; count++) await refused(members.find('Ada', 'wrong', '192.0.2.1'))
  expect(await members.find('Ada', SECRET, '192.0.2.1')).toEqual({ name: 'Ada' }) // and all is forgotten
  await Promise.all(Array.from({ length: 10 }, () => refused(members.find('ada', 'wrong', '192.0.2.1'))))
  const late = await refused(members.find('Ada', SECRET, '192.0.2.1'))
  expect(TooManyTries.is(late) && late.data).toEqual({ minutes: 15 })
  expect(await members.find('Ada', SECRET, '192.0.2.2')).toEqual({ name: 'Ada' })
  expect(NotLetIn.is(await refused(members.find('Bob', 'wrong', '192.0.2.1')))).toBe(true)
  nowMs += 15 * 60_000 - 1
  expect(TooManyTries.is(await refused(members.find('Ada', SECRET, '192.0.2.1')))).toBe(true)
  nowMs += 1
  expect(await members.find('Ada', SECRET, '192.0.2.1')).toEqual({ name: 'Ada' })
})

test('there is an end to members', async () => {
  const members = await scratchMembers(undefined, undefined, 2)
  await members.join('Ada', SECRET)
  await members.join('Bob', SECRET)
  expect(MembersFull.is(await refused(members.join('Eve', SECRET)))).toBe(true)
})
