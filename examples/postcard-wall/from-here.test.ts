import { type App, app, bodyJson, perform, request, text, use } from 'hagaki'
import { expect, test } from 'vitest'
import { fromHere } from './from-here.ts'

const changed: App = use(
  app(() => text('done')),
  fromHere,
)

async function status(method: string, headers: Record<string, string>): Promise<number> {
  return (await perform(changed, request(method, '/', { headers }))).status
}

const ELSEWHERE: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'http://evil.example' },
  { origin: 'http://localhost:81' },
  { origin: 'null' },
  { origin: 'no origin' },
]

test('what another site sends changes nothing, by whatever method', async () => {
  for (const headers of ELSEWHERE) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'BREW'])
      expect(await status(method, headers), `${method} ${JSON.stringify(headers)}`).toBe(403)
  }
  const refused = await perform(changed, request('POST', '/', { headers: ELSEWHERE[0]! }))
  expect(bodyJson(refused)).toMatchObject({ code: 'cross_site' })
})

test('our own pages may, and so may what is no browser', async () => {
  for (const headers of [
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://localhost' },
  ])
    expect(await status('POST', headers)).toBe(200)
})

test('everybody may look', async () => {
  for (const headers of ELSEWHERE) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(await status(method, headers)).toBe(200)
  }
})
