import { serverFacts } from 'hagaki'
import { local } from 'hagaki/client'
import { expect, onTestFinished, test } from 'vitest'
import { ArticleMissing } from '../articles/article.ts'
import { type ArticleTable, articlesIn } from '../articles/article-table.ts'
import { Database } from '../database.ts'
import { served } from '../served.ts'
import { usersIn } from '../users/user-table.ts'
import { commentsIn } from './comment-table.ts'
import { comments } from './comments.ts'

const ask = served()

const iso = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
const say = (slug: string, token: string | null, body: unknown) =>
  ask(`POST /api/articles/${slug}/comments`, token, { comment: { body } })

test('a comment comes back with its author, and is seen by everybody until it is taken back', async () => {
  const token = await ask.register('commenter')
  const slug = await ask.write(token, 'Commented')
  const { status, json } = await say(slug, token, 'Thank you so much!')
  const author = { username: 'commenter', bio: null, image: null, following: false }
  const comment = {
    id: expect.any(Number),
    createdAt: iso,
    updatedAt: iso,
    body: 'Thank you so much!',
    author,
  }
  expect([status, json]).toEqual([200, { comment }])
  for (const viewer of [null, token])
    expect((await ask(`GET /api/articles/${slug}/comments`, viewer)).json).toEqual({
      comments: [json.comment],
    })
  const removed = await ask(`DELETE /api/articles/${slug}/comments/${json.comment.id}`, token, {}) // a body says nothing
  expect([removed.status, removed.json]).toEqual([204, null])
  expect((await ask(`GET /api/articles/${slug}/comments`)).json).toEqual({ comments: [] })
})

test('comments are listed the newest first, and one that goes leaves the others', async () => {
  const token = await ask.register('talker')
  const slug = await ask.write(token, 'Talked about')
  const { id } = (await say(slug, token, 'First')).json.comment
  await say(slug, token, 'Second')
  const bodies = async () =>
    (await ask(`GET /api/articles/${slug}/comments`)).json.comments.map(({ body }: { body: string }) => body)
  expect(await bodies()).toEqual(['Second', 'First'])
  await ask(`DELETE /api/articles/${slug}/comments/${id}`, token)
  expect(await bodies()).toEqual(['Second'])
})

test('a comment is taken back by who said it, and under its own article', async () => {
  const [author, other] = [await ask.register('said'), await ask.register('heard')]
  const [slug, elsewhere] = [await ask.write(other, 'Heard'), await ask.write(other, 'Elsewhere')]
  const { id } = (await say(slug, author, 'Mine')).json.comment
  const answers = [
    [`${slug}/comments/${id}`, other, 403, { comment: ['forbidden'] }],
    [`${elsewhere}/comments/${id}`, author, 404, { comment: ['not found'] }],
    [`${slug}/comments/99999`, author, 404, { comment: ['not found'] }],
    [`unknown/comments/${id}`, author, 404, { article: ['not found'] }],
    [`${slug}/comments/first`, author, 422, { id: ['must be a number'] }],
    [`${slug}/comments/${id}`, null, 401, { token: ['is missing'] }],
  ] as const
  for (const [path, token, status, errors] of answers)
    expect(await ask(`DELETE /api/articles/${path}`, token), path).toMatchObject({ status, json: { errors } })
  expect((await ask(`GET /api/articles/${slug}/comments`)).json.comments).toHaveLength(1)
})

test('a comment says something, and on an article that is there', async () => {
  const token = await ask.register('mute')
  const slug = await ask.write(token, 'Muted')
  for (const blank of ['', '  ', '\u200b\u3164', null, undefined]) {
    const { status, json } = await say(slug, token, blank)
    expect([status, json]).toEqual([422, { errors: { body: ["can't be blank"] } }])
  }
  expect((await say(slug, token, 'a'.repeat(10_001))).status).toBe(422)
  expect((await say(slug, null, 'x')).status).toBe(401)
  const notFound = { status: 404, json: { errors: { article: ['not found'] } } }
  expect(await say('unknown', token, 'x')).toMatchObject(notFound)
  expect(await ask('GET /api/articles/unknown/comments')).toMatchObject(notFound)
})

test('who speaks while the article goes finds it gone', async () => {
  const gone: ArticleTable['identify'] = () => ({ id: 99_999, author: 1 })
  const db = Database.open(':memory:')
  onTestFinished(() => db.close())
  const articles = { ...articlesIn(db, serverFacts()), identify: gone }
  const speaker = usersIn(db).add({ username: 'late', email: 'late@test.com' }, 'hash')
  const resources = { user: speaker, viewer: speaker, articles, comments: commentsIn(db, serverFacts()) }
  const add = local(comments, resources).add({ slug: 'going', comment: { body: 'x' } })
  await expect(add).rejects.toSatisfy(ArticleMissing.is)
})

test('an article that goes takes its comments along', async () => {
  const token = await ask.register('leaver')
  const slug = await ask.write(token, 'Left')
  await say(slug, token, 'Gone soon')
  expect((await ask(`DELETE /api/articles/${slug}`, token)).status).toBe(204)
  expect(await ask.write(token, 'Left')).toBe(slug)
  expect((await ask(`GET /api/articles/${slug}/comments`)).json).toEqual({ comments: [] })
})
