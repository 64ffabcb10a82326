import { expect, test } from 'vitest'
import { served } from '../served.ts'

const ask = served()

const iso = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
const notFound = { status: 404, json: { errors: { article: ['not found'] } } }

test('an article comes back whole, and among others without its body', async () => {
  const token = await ask.register('author')
  const { status, json } = await ask('POST /api/articles', token, {
    article: {
      title: 'How to train your dragon',
      description: 'Ever wonder how?',
      body: 'Very carefully.',
      tagList: ['training', 'dragons'],
    },
  })
  const article = {
    slug: 'how-to-train-your-dragon',
    title: 'How to train your dragon',
    description: 'Ever wonder how?',
    body: 'Very carefully.',
    tagList: ['dragons', 'training'],
    createdAt: iso,
    updatedAt: iso,
    favorited: false,
    favoritesCount: 0,
    author: { username: 'author', bio: null, image: null, following: false },
  }
  expect([status, json]).toEqual([201, { article }])
  expect((await ask(`GET /api/articles/${article.slug}`)).json).toEqual({ article })
  const { body: _, ...listed } = article
  for (const line of [
    'GET /api/articles',
    'GET /api/articles?author=author',
    'GET /api/articles?tag=dragons',
  ])
    for (const viewer of [null, token])
      expect((await ask(line, viewer)).json, line).toEqual({ articles: [listed], articlesCount: 1 })
})

test('lists are filtered by all that is asked for, and empty where nobody is meant', async () => {
  const token = await ask.register('filter')
  const slug = await ask.write(token, 'Filtered', { tagList: ['here'] })
  await ask.write(token, 'Not filtered')
  await ask(`POST /api/articles/${slug}/favorite`, token)
  const found = async (query: string) => {
    const { articles, articlesCount } = (await ask(`GET /api/articles?${query}`)).json
    expect(articlesCount, query).toBe(articles.length)
    return articles.map(({ slug }: { slug: string }) => slug)
  }
  expect(await found('author=filter&tag=here')).toEqual([slug])
  expect(await found('author=filter&favorited=filter')).toEqual([slug])
  expect(await found('author=FILTER')).toHaveLength(2)
  for (const none of [
    'author=nobody',
    'favorited=nobody',
    'tag=nowhere',
    'tag=',
    'author=filter&tag=nowhere',
  ])
    expect(await found(none), none).toEqual([])
  expect(await found('author=filter&unknown=x')).toHaveLength(2)
})

test('a part of a list is asked for by limit and offset, the newest first', async () => {
  const token = await ask.register('page')
  const slugs: string[] = []
  for (let count = 1; count <= 22; count++) slugs.unshift(await ask.write(token, `Page ${count}`))
  const part = async (query: string) => {
    const { articles, articlesCount } = (await ask(`GET /api/articles?author=page${query}`)).json
    expect(articlesCount, query).toBe(22)
    return articles.map(({ slug }: { slug: string }) => slug)
  }
  expect(await part('')).toEqual(slugs.slice(0, 20))
  expect(await part('&limit=1')).toEqual(slugs.slice(0, 1))
  expect(await part('&limit=1&offset=1')).toEqual(slugs.slice(1, 2))
  expect(await part('&offset=20')).toEqual(slugs.slice(20))
  expect(await part('&offset=9007199254740991')).toEqual([])
  expect(await part('&limit=1000000')).toEqual(slugs)
})

test('a limit and an offset are whole numbers from 1 and 0 on', async () => {
  for (const [query, member, message] of [
    ['limit=0', 'limit', 'must be at least 1'],
    ['limit=-1', 'limit', 'must be at least 1'],
    ['limit=many', 'limit', 'must be a number'],
    ['limit=', 'limit', 'must be a number'],
    ['limit=1.5', 'limit', 'must be a whole number'],
    ['offset=-1', 'offset', 'must be at least 0'],
    ['limit=1&limit=2', 'limit', 'is given more than once'],
  ] as const) {
    const { status, json } = await ask(`GET /api/articles?${query}`)
    expect([status, json.errors[member]], query).toEqual([422, [message]])
  }
})

test('no answer lists more than 100 articles', async () => {
  const token = await ask.register('many')
  for (let count = 0; count < 101; count++) await ask.write(token, `Many ${count}`)
  const { articles, articlesCount } = (await ask('GET /api/articles?author=many&limit=1000')).json
  expect([articles.length, articlesCount]).toEqual([100, 101])
})

test('a feed has the articles of those who are followed', async () => {
  const [main, celeb] = [await ask.register('feedmain'), await ask.register('feedceleb')]
  expect((await ask('GET /api/articles/feed', main)).json).toEqual({ articles: [], articlesCount: 0 })
  await ask('POST /api/profiles/feedceleb/follow', main)
  await ask.write(main, 'My own')
  const first = await ask.write(celeb, 'Feed 1')
  const second = await ask.write(celeb, 'Feed 2')
  const feed = async (query: string) => (await ask(`GET /api/articles/feed${query}`, main)).json
  expect(await feed('')).toMatchObject({ articles: [{ slug: second }, { slug: first }], articlesCount: 2 })
  expect(await feed('?limit=1')).toMatchObject({
    articles: [{ slug: second, author: { following: true } }],
    articlesCount: 2,
  })
  expect(await feed('?limit=1&offset=1')).toMatchObject({ articles: [{ slug: first }], articlesCount: 2 })
  expect((await feed('')).articles[0].body).toBeUndefined()
  await ask('DELETE /api/profiles/feedceleb/follow', main)
  expect((await feed('')).articlesCount).toBe(0)
})

test('an article is changed by the members that are given, and each change is later', async () => {
  const token = await ask.register('editor')
  const slug = await ask.write(token, 'Edited', { tagList: ['a', 'b'] })
  const change = async (article: object) => ask(`PUT /api/articles/${slug}`, token, { article })
  const { article: before } = (await ask(`GET /api/articles/${slug}`)).json
  const { status, json } = await change({ body: 'Another body' })
  expect(status).toBe(200)
  expect(json.article).toEqual({ ...before, body: 'Another body', updatedAt: iso })
  expect(json.article.updatedAt > before.updatedAt).toBe(true)
  expect((await change({ description: 'Another description' })).json.article).toMatchObject({
    slug,
    description: 'Another description',
    body: 'Another body',
    tagList: ['a', 'b'],
  })
  expect((await change({ tagList: ['c'] })).json.article.tagList).toEqual(['c'])
  expect((await change({ tagList: [] })).json.article.tagList).toEqual([])
  expect((await ask(`GET /api/articles/${slug}`)).json.article.tagList).toEqual([])
  expect((await change({ tagList: null })).status).toBe(422)
  expect((await change({})).status).toBe(200)
})

test('another title is another slug, and the same words are the same', async () => {
  const token = await ask.register('renamer')
  const slug = await ask.write(token, 'First title')
  const rename = async (from: string, title: string) =>
    (await ask(`PUT /api/articles/${from}`, token, { article: { title } })).json.article
  expect(await rename(slug, 'First Title!')).toMatchObject({ slug, title: 'First Title!' })
  expect(await rename(slug, 'Second title')).toMatchObject({ slug: 'second-title', title: 'Second title' })
  expect(await ask(`GET /api/articles/${slug}`)).toMatchObject(notFound)
  await ask.write(token, 'First title')
  expect((await rename('second-title', 'First title')).slug).toMatch(/^first-title-[0-9a-f]{12}$/)
})

test('articles of one title have slugs of their own, also when they come at once', async () => {
  const token = await ask.register('crowd')
  const slugs = await Promise.all(Array.from({ length: 10 }, () => ask.write(token, 'Crowded')))
  expect(new Set(slugs).size).toBe(10)
  for (const slug of slugs) expect((await ask(`DELETE /api/articles/${slug}`, token)).status).toBe(204)
})

test('an article called Feed is not in the way of the feed', async () => {
  const token = await ask.register('feeder')
  const slug = await ask.write(token, 'Feed')
  expect(slug).not.toBe('feed')
  expect((await ask(`GET /api/articles/${slug}`)).json.article.title).toBe('Feed')
})

test('what is blank, too long or of another form is refused by its name', async () => {
  const token = await ask.register('refused')
  const good = { title: 'Good', description: 'Good', body: 'Good' }
  const table = [
    [{ ...good, title: '' }, 'title', "can't be blank"],
    [{ ...good, title: '\u200b' }, 'title', "can't be blank"],
    [{ ...good, title: null }, 'title', "can't be blank"],
    [{ ...good, title: 'a'.repeat(256) }, 'title', 'is too long (maximum is 255 characters)'],
    [{ ...good, description: '' }, 'description', "can't be blank"],
    [{ ...good, body: ' \n' }, 'body', "can't be blank"],
    [{ ...good, body: 'a\0b' }, 'body', 'is invalid'],
    [{ ...good, tagList: 'a' }, 'tagList', 'must be a list'],
    [{ ...good, tagList: [1] }, 'tagList', 'must be a text'],
    [{ ...good, tagList: Array(21).fill('a') }, 'tagList', 'is too long (maximum is 20 tags)'],
    [{}, 'description', "can't be blank"],
  ] as const
  for (const [article, member, message] of table) {
    const { status, json } = await ask('POST /api/articles', token, { article })
    expect([status, json.errors[member][0]], JSON.stringify(article)).toEqual([422, message])
  }
  expect((await ask('POST /api/articles', token, {})).json.errors.article).toEqual(["can't be blank"])
})

test('tags are a set: each is there once, and none is blank', async () => {
  const token = await ask.register('tagger')
  const slug = await ask.write(token, 'Tagged', { tagList: ['b', ' a ', '', 'b'] })
  expect((await ask(`GET /api/articles/${slug}`)).json.article.tagList).toEqual(['a', 'b'])
})

test('an article is changed and removed by its author alone', async () => {
  const [author, other] = [await ask.register('owns'), await ask.register('owns-not')]
  const slug = await ask.write(author, 'Owned')
  const hijack = { article: { body: 'hijacked' } }
  const forbidden = { status: 403, json: { errors: { article: ['forbidden'] } } }
  expect(await ask(`PUT /api/articles/${slug}`, other, hijack)).toMatchObject(forbidden)
  expect(await ask(`DELETE /api/articles/${slug}`, other)).toMatchObject(forbidden)
  const removed = await ask(`DELETE /api/articles/${slug}`, author, {}) // a body says nothing
  expect([removed.status, removed.json]).toEqual([204, null])
  expect(await ask(`GET /api/articles/${slug}`)).toMatchObject(notFound)
})

test('what needs a token says so first, and what is not there is not found', async () => {
  const token = await ask.register('seeker')
  const article = { article: { title: 'x', description: 'x', body: 'x' } }
  const table = [
    ['POST /api/articles', article],
    ['GET /api/articles/feed', undefined],
    ['PUT /api/articles/unknown', article],
    ['DELETE /api/articles/unknown', undefined],
  ] as const
  for (const [line, json] of table) {
    const missing = { status: 401, json: { errors: { token: ['is missing'] } } }
    expect(await ask(line, null, json), line).toMatchObject(missing)
    if (line.endsWith('unknown')) expect(await ask(line, token, json), line).toMatchObject(notFound)
  }
  expect(await ask('GET /api/articles/unknown')).toMatchObject(notFound)
})
