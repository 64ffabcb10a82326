import { local } from 'hagaki/client'
import { expect, test } from 'vitest'
import { served } from '../served.ts'
import { tags } from './tags.ts'

const ask = served()

test('the handler gives what the resource has, whatever that is', async () => {
  expect(await local(tags, { tags: { popular: () => ['a', 'b'] } }).list()).toEqual({ tags: ['a', 'b'] })
})

test('tags are there as long as an article has them, the most popular first', async () => {
  const token = await ask.register('tagger')
  expect((await ask('GET /api/tags')).json).toEqual({ tags: [] })
  await ask.write(token, 'One', { tagList: ['rare', 'common'] })
  const slug = await ask.write(token, 'Two', { tagList: ['common', 'fleeting'] })
  expect((await ask('GET /api/tags')).json).toEqual({ tags: ['common', 'fleeting', 'rare'] })
  await ask(`DELETE /api/articles/${slug}`, token)
  expect((await ask('GET /api/tags')).json).toEqual({ tags: ['common', 'rare'] })
})
