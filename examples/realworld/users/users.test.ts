import { raise, silentLog } from 'hagaki'
import { PasswordsBusy } from 'hagaki/passwords'
import { serve } from 'hagaki/server'
import { expect, onTestFinished, test } from 'vitest'
import { published } from '../app.ts'
import { conduit } from '../conduit.ts'
import { asking, served } from '../served.ts'

const ask = served()

const jake = { username: 'jake', email: 'jake@jake.jake', password: 'jakejake' }
const text = expect.stringMatching(/./)

test('who registers is signed in, without bio and image', async () => {
  const { status, json } = await ask('POST /api/users', null, { user: jake })
  expect(status).toBe(201)
  expect(json).toEqual({
    user: { username: 'jake', email: 'jake@jake.jake', bio: null, image: null, token: text },
  })
  expect((await ask('GET /api/user', json.user.token)).json.user.username).toBe('jake')
})

test('who signs in is told who they are', async () => {
  await ask.register('login')
  const { status, json } = await ask('POST /api/users/login', null, {
    user: { email: 'login@test.com', password: 'password123' },
  })
  expect(status).toBe(200)
  expect(json.user).toEqual({
    username: 'login',
    email: 'login@test.com',
    bio: null,
    image: null,
    token: text,
  })
})

test('an address and a name are asked for as they were written, in any case', async () => {
  await ask.register('Mixed')
  const user = { email: 'MIXED@TEST.com', password: 'password123' }
  expect((await ask('POST /api/users/login', null, { user })).json.user.email).toBe('Mixed@test.com')
  expect((await ask('GET /api/profiles/mIXED')).json.profile.username).toBe('Mixed')
})

test('a wrong password and an unknown address are refused in the same words', async () => {
  await ask.register('known')
  for (const email of ['known@test.com', 'unknown@test.com']) {
    const { status, json, headers } = await ask('POST /api/users/login', null, {
      user: { email, password: 'wrongpassword' },
    })
    expect(status, email).toBe(401)
    expect(json, email).toEqual({ errors: { credentials: ['invalid'], body: ['credentials invalid'] } })
    expect(headers.get('www-authenticate'), email).toBe('Token')
  }
})

test('what is blank, too short or of another form is refused by its name', async () => {
  const good = { username: 'fine', email: 'fine@test.com', password: 'password123' }
  const table = [
    [{ ...good, username: '' }, 'username', "can't be blank"],
    [{ ...good, username: '   ' }, 'username', "can't be blank"],
    [{ ...good, username: '\u200b\u{e0100}' }, 'username', "can't be blank"],
    [{ ...good, username: null }, 'username', "can't be blank"],
    [{ ...good, username: 7 }, 'username', 'must be a text'],
    [{ ...good, username: 'a/b' }, 'username', 'is invalid'],
    [{ ...good, username: 'a\\b' }, 'username', 'is invalid'],
    [{ ...good, username: '..' }, 'username', 'is invalid'],
    [{ ...good, username: 'a\nb' }, 'username', 'is invalid'],
    [{ ...good, username: 'a'.repeat(65) }, 'username', 'is too long (maximum is 64 characters)'],
    [{ ...good, email: '' }, 'email', "can't be blank"],
    [{ ...good, email: 'nobody' }, 'email', 'is invalid'],
    [{ ...good, email: 'a@b@c' }, 'email', 'is invalid'],
    [{ ...good, password: '' }, 'password', "can't be blank"],
    [{ ...good, password: '7 chars' }, 'password', 'is too short (minimum is 8 characters)'],
    [{ ...good, password: 'a'.repeat(257) }, 'password', 'is too long (maximum is 256 characters)'],
    [{}, 'email', "can't be blank"],
  ] as const
  for (const [user, member, message] of table) {
    const { status, json } = await ask('POST /api/users', null, { user })
    expect(status, JSON.stringify(user)).toBe(422)
    expect(json.errors[member], JSON.stringify(user)).toEqual([message])
    expect(json.errors.body, JSON.stringify(user)).toContain(`${member} ${message}`)
  }
  for (const json of [{}, { user: null }])
    expect((await ask('POST /api/users', null, json)).json.errors.user).toEqual(["can't be blank"])
})

test('who signs in says both', async () => {
  for (const member of ['email', 'password']) {
    const user = { email: 'jake@jake.jake', password: 'jakejake', [member]: '' }
    const { status, json } = await ask('POST /api/users/login', null, { user })
    expect([status, json.errors[member]], member).toEqual([422, ["can't be blank"]])
  }
})

test('a name and an address are of one user alone', async () => {
  const token = await ask.register('first')
  await ask.register('second')
  const password = 'password123'
  const table = [
    [{ username: 'first', email: 'other@test.com', password }, ['username']],
    [{ username: 'FIRST', email: 'other@test.com', password }, ['username']],
    [{ username: 'other', email: 'First@test.com', password }, ['email']],
    [{ username: 'first', email: 'second@test.com', password }, ['email', 'username']],
  ] as const
  for (const [user, members] of table) {
    const { status, json } = await ask('POST /api/users', null, { user })
    expect(status).toBe(422)
    for (const member of members) expect(json.errors[member]).toEqual(['has already been taken'])
  }
  const { status, json } = await ask('PUT /api/user', token, { user: { username: 'second' } })
  expect([status, json.errors.username]).toEqual([422, ['has already been taken']])
  expect((await ask('PUT /api/user', token, { user: { username: 'First' } })).json.user.username).toBe(
    'First',
  )
})

test('who asks at the same time for one name gets it once', async () => {
  const asked = Array.from({ length: 10 }, (_, at) => {
    const user = { username: 'wanted', email: `wanted${at}@test.com`, password: 'password123' }
    return ask('POST /api/users', null, { user })
  })
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.sort()).toEqual([201, ...Array(9).fill(422)])
})

test('a user is changed by the members that are given, and no others', async () => {
  const token = await ask.register('changing')
  const change = async (user: object) => (await ask('PUT /api/user', token, { user })).json.user
  const seen = { username: 'changing', email: 'changing@test.com', bio: 'A bio', image: null, token: text }
  expect(await change({ bio: 'A bio' })).toEqual(seen)
  expect(await change({ image: 'https://example.com/photo.jpg' })).toMatchObject({ bio: 'A bio' })
  expect(await change({ username: 'changed', email: 'changed@test.com' })).toEqual({
    ...seen,
    username: 'changed',
    email: 'changed@test.com',
    image: 'https://example.com/photo.jpg',
  })
  expect((await ask('GET /api/user', token)).json.user.username).toBe('changed')
})

test('an empty bio or image is none, and so is null', async () => {
  const token = await ask.register('empty')
  for (const member of ['bio', 'image']) {
    for (const none of ['', null]) {
      await ask('PUT /api/user', token, { user: { [member]: 'something' } })
      const { status, json } = await ask('PUT /api/user', token, { user: { [member]: none } })
      expect([status, json.user[member]], member).toEqual([200, null])
      expect((await ask('GET /api/user', token)).json.user[member], member).toBeNull()
    }
  }
})

test('what a user has to have cannot be taken away, and a change of nothing is none', async () => {
  const token = await ask.register('keeping')
  for (const member of ['email', 'username', 'password']) {
    for (const none of ['', null]) {
      const { status, json } = await ask('PUT /api/user', token, { user: { [member]: none } })
      expect([status, json.errors[member]], member).toEqual([422, ["can't be blank"]])
    }
  }
  const { status, json } = await ask('PUT /api/user', token, { user: {} })
  expect([status, json.errors.user]).toEqual([422, ["can't be blank"]])
})

test('a password of 8 to 64 and more characters replaces the old one', async () => {
  const token = await ask.register('rekeyed')
  const sign = async (password: string) =>
    (await ask('POST /api/users/login', null, { user: { email: 'rekeyed@test.com', password } })).status
  expect((await ask('PUT /api/user', token, { user: { password: 'short7c' } })).status).toBe(422)
  for (const password of ['bonjour1', 'a'.repeat(64)]) {
    expect((await ask('PUT /api/user', token, { user: { password } })).status).toBe(200)
    expect(await sign(password)).toBe(200)
  }
  expect(await sign('password123')).toBe(401)
})

test('a token has to be there, and to be ours', async () => {
  const token = await ask.register('owner')
  const missing = await ask('GET /api/user')
  expect([missing.status, missing.json.errors.token]).toEqual([401, ['is missing']])
  expect((await ask('PUT /api/user', null, { user: { bio: 'x' } })).status).toBe(401)
  const [header, payload, signature] = token.split('.')
  const forged = Buffer.from(JSON.stringify({ sub: '1', exp: 1e10 })).toString('base64url')
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  for (const bad of [
    'x',
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${header}.${forged}.${signature}`,
    `${none}.${payload}.`,
    `${token}.x`,
    `${token.slice(0, -4)}AAAA`,
  ]) {
    for (const line of ['GET /api/user', 'GET /api/articles', 'GET /api/profiles/owner']) {
      const { status, json } = await ask(line, bad)
      expect([status, json.errors.token], `${line} ${bad}`).toEqual([401, ['is invalid']])
    }
  }
})

test('a token is also taken as Bearer, and another scheme is no token', async () => {
  const token = await ask.register('bearer')
  const status = async (authorization: string) =>
    (await fetch(`${ask.url}/api/user`, { headers: { authorization } })).status
  expect(await status(`Bearer ${token}`)).toBe(200)
  expect(await status(`token ${token}`)).toBe(200)
  for (const other of [`Basic ${token}`, token, 'Token', 'Token '])
    expect(await status(other), other).toBe(401)
})

test('where too many passwords wait, one is told to come again', async () => {
  const busy = async () => raise(PasswordsBusy())
  const app = published(conduit.with({ passwords: { hash: busy, matches: busy } }))
  const running = await serve(app, { port: 0, log: silentLog })
  onTestFinished(() => running.close())
  const answer = await asking(() => running.url)('POST /api/users', null, {
    user: { username: 'patient', email: 'patient@test.com', password: 'password123' },
  })
  expect([answer.status, answer.json.errors.server]).toEqual([503, ['is busy: try again in a moment']])
})
