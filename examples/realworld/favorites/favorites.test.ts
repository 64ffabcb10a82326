import { expect, test } from 'vitest'
import { served } from '../served.ts'

const ask = served()

test('an article counts who likes it, each once, and tells the viewer whether they do', async () => {
  const [fan, other] = [await ask.register('fan'), await ask.register('other')]
  const slug = await ask.write(other, 'Liked')
  const seen = async (token: string | null) => {
    const { favorited, favoritesCount } = (await ask(`GET /api/articles/${slug}`, token)).json.article
    return [favorited, favoritesCount]
  }
  for (const body of [undefined, {}]) {
    const { status, json } = await ask(`POST /api/articles/${slug}/favorite`, fan, body)
    expect([status, json.article]).toMatchObject([
      200,
      { slug, body: 'It is so', favorited: true, favoritesCount: 1 },
    ])
  }
  expect([await seen(fan), await seen(other), await seen(null)]).toEqual([
    [true, 1],
    [false, 1],
    [false, 1],
  ])
  await ask(`POST /api/articles/${slug}/favorite`, other)
  expect(await seen(fan)).toEqual([true, 2])
  expect((await ask('GET /api/articles?favorited=fan', fan)).json).toMatchObject({
    articles: [{ slug, favorited: true, favoritesCount: 2 }],
    articlesCount: 1,
  })
  for (const body of [undefined, {}]) {
    const { status, json } = await ask(`DELETE /api/articles/${slug}/favorite`, fan, body)
    expect([status, json.article]).toMatchObject([200, { slug, favorited: false, favoritesCount: 1 }])
  }
  expect((await ask('GET /api/articles?favorited=fan')).json).toEqual({ articles: [], articlesCount: 0 })
})

test('it takes a token, and an article that is there', async () => {
  const token = await ask.register('nofan')
  for (const method of ['POST', 'DELETE']) {
    const line = `${method} /api/articles/unknown/favorite`
    expect(await ask(line)).toMatchObject({ status: 401, json: { errors: { token: ['is missing'] } } })
    expect(await ask(line, token)).toMatchObject({
      status: 404,
      json: { errors: { article: ['not found'] } },
    })
  }
})
