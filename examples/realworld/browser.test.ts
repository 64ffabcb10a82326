/** A frontend of another origin, in a real browser. */
import { html, silentLog } from 'hagaki'
import { serve } from 'hagaki/server'
import { expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../../test/chromium.ts'
import { served } from './served.ts'

const ask = served()

type Sent = readonly [line: string, json?: unknown]

/** Runs in the page: what a frontend does one after the other, with the token that it is given. */
async function session([url, sent]: readonly [string, readonly Sent[]]): Promise<unknown[]> {
  const seen: unknown[] = []
  let token: string | undefined
  for (const [line, json] of sent) {
    const [method = '', path = ''] = line.split(' ')
    const answer = await fetch(url + path, {
      method,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-requested-with': 'XMLHttpRequest',
        ...(token !== undefined && { authorization: `Token ${token}` }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    const said = text === '' ? null : JSON.parse(text)
    token = said?.user?.token ?? token
    seen.push([answer.status, Object.keys(said?.errors ?? said ?? {})])
  }
  return seen
}

test('a page of another origin registers, writes, likes, is refused and removes', async () => {
  const frontend = await serve(() => html('<!doctype html><title>Conduit</title>'), {
    port: 0,
    log: silentLog,
  })
  onTestFinished(() => frontend.close())
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(frontend.url)

  const article = { title: 'Across', description: 'Origins', body: 'By CORS', tagList: ['far'] }
  const user = { username: 'visitor', email: 'visitor@test.com', password: 'password123' }
  const sent: Sent[] = [
    ['POST /api/users', { user }],
    ['PUT /api/user', { user: { bio: 'From afar' } }],
    ['POST /api/articles', { article }],
    ['POST /api/articles/across/favorite'],
    ['POST /api/articles', { article: { ...article, title: '' } }],
    ['GET /api/articles?favorited=visitor'],
    ['DELETE /api/articles/across'],
    ['GET /api/articles/across'],
  ]
  expect(await page.evaluate(session, [ask.url, sent] as const)).toEqual([
    [201, ['user']],
    [200, ['user']],
    [201, ['article']],
    [200, ['article']],
    [422, ['title', 'body']],
    [200, ['articles', 'articlesCount']],
    [204, []],
    [404, ['article', 'body']],
  ])
})
