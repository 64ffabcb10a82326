/** The Reading Room as it is started: one login for TypeScript, Flask, Sinatra, handlers in Python and in Ruby. */
import { client, http } from 'hagaki/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { python, ruby } from '../../scripts/needs.ts'
import { Started } from '../started.ts'
import { NotSignedIn } from './readers/reader.ts'
import { NotLetIn, readers } from './readers/readers.ts'

let room: Started
beforeAll(async () => {
  room = await Started.start('polyglot/gateway.ts', { ROOM_PYTHON: python(), ROOM_RUBY: ruby() })
})
afterAll(() => room.stop())

/** Signs in, and gives how one asks from then on: one cookie for all. */
async function asking(name: string, pin: string) {
  const answer = await fetch(`${room.url}/readers/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, pin }),
  })
  expect(answer.status).toBe(200)
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
  return {
    readers: client<typeof readers>(readers.contract, http(`${room.url}/readers`, { headers: { cookie } })),
    ask: async (method: string, path: string) => {
      const { status, ...rest } = await fetch(`${room.url}${path}`, { method, headers: { cookie } }).then(
        async (given) => ({ status: given.status, text: await given.text() }),
      )
      return { status, json: rest.text === '' ? null : (JSON.parse(rest.text) as unknown) }
    },
  }
}

describe('who is signed in', () => {
  test('is known to the handlers, to Flask, to Sinatra and to handlers in Python and Ruby', async () => {
    const { readers, ask } = await asking('anna', '1984')
    expect(await readers.me()).toEqual({ name: 'anna' })
    expect(await ask('GET', '/catalogue/books?q=solaris')).toEqual({
      status: 200,
      json: { reader: 'anna', books: [{ id: 2, title: 'Solaris', by: 'Stanislaw Lem', year: 1961 }] },
    })
    expect(await ask('GET', '/fees?lent=2026-10-01&back=2026-11-01')).toEqual({
      status: 200,
      json: { reader: 'anna', days_late: 3, cents: 30 },
    })
    expect(await ask('GET', '/hours?on=2026-11-28')).toEqual({
      status: 200,
      json: { reader: 'anna', day: 'Saturday', open: ['10:00', '14:00'] },
    })
    expect(await ask('PUT', '/desk/loans/2')).toEqual({ status: 200, json: { book: 2, reader: 'anna' } })
    expect(await ask('GET', '/desk/loans')).toEqual({ status: 200, json: { reader: 'anna', books: [2] } })
  })

  test('has what nobody else gets', async () => {
    const anna = await asking('anna', '1984')
    const bert = await asking('bert', '2001')
    expect((await anna.ask('PUT', '/desk/loans/3')).status).toBe(200)
    expect(await bert.ask('PUT', '/desk/loans/3')).toEqual({ status: 409, json: { error: 'it is lent' } })
    expect((await anna.ask('DELETE', '/desk/loans/3')).status).toBe(204)
    expect((await bert.ask('PUT', '/desk/loans/3')).status).toBe(200)
  })
})

describe('who is not', () => {
  test('is nobody to each of them, whatever its fields say', async () => {
    const headers = { remote_user: 'anna', 'remote-user': 'anna', 'x-remote-user': 'anna' }
    const asked = client<typeof readers>(readers.contract, http(`${room.url}/readers`, { headers }))
    await expect(asked.me()).rejects.toSatisfy((error) => NotSignedIn.is(error))
    const books = await fetch(`${room.url}/catalogue/books?q=kindred`, { headers })
    expect(((await books.json()) as { reader: unknown }).reader).toBe(null)
    for (const path of ['/desk/loans', '/fees?lent=2026-10-01&back=2026-11-01', '/hours?on=2026-11-28'])
      expect((await fetch(`${room.url}${path}`, { headers })).status).toBe(401)
  })

  test('is not let in by another PIN, or a name that is none', async () => {
    const door = client<typeof readers>(readers.contract, http(`${room.url}/readers`))
    for (const name of ['anna', 'nobody'])
      await expect(door.signIn({ name, pin: '2001' })).rejects.toSatisfy((error) => NotLetIn.is(error))
  })
})

test('handlers in Python and Ruby refuse as those in TypeScript do', async () => {
  const { ask } = await asking('bert', '2001')
  const refusals = {
    '/fees?lent=2026-10-01': 'input_invalid',
    '/fees?lent=2026-10-01&back=2026-09-01': 'no_loan',
    '/fees?lent=2026-02-30&back=2026-03-30': 'no_loan',
    '/hours?on=tomorrow': 'input_invalid',
    '/hours?on=2026-02-30': 'no_day',
  }
  for (const [path, code] of Object.entries(refusals))
    expect(await ask('GET', path)).toMatchObject({ status: 422, json: { code } })
})

test('what is not there is 404, by whoever was asked', async () => {
  const { ask } = await asking('bert', '2001')
  expect((await ask('PUT', '/desk/loans/none')).status).toBe(404)
  expect((await fetch(`${room.url}/catalogue/books/9`)).status).toBe(404)
  expect((await fetch(`${room.url}/elsewhere`)).status).toBe(404)
})
