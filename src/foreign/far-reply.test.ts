import { expect, test } from 'vitest'
import { replyParts, saidApart } from './far-reply.ts'

test('what is said besides data is taken out of what is carried', () => {
  const said = { fields: { 'x-total': '7' } }
  expect(saidApart({ 'hagaki:reply': said, session: 1 })).toEqual({ said, carried: { session: 1 } })
  expect(saidApart({ session: 1 })).toEqual({ said: undefined, carried: { session: 1 } })
})

test('what is no reply is refused, and what one may not say is for reply to refuse', () => {
  const redirect = { to: '/a b', as: 'never' }
  expect(replyParts({ fields: { A: ['b', 'c'] }, redirect, mediaType: 'a/b', length: 0 }, 'far')).toEqual({
    fields: { A: ['b', 'c'] },
    redirect,
    mediaType: 'a/b',
    length: 0,
  })
  const odd = [{ fields: [] }, { fields: { a: 1 } }, { fields: { a: [1] } }, { redirect: '/' }]
  for (const said of [null, 'x', ...odd, { mediaType: 1 }, { length: -1 }, { length: '3' }])
    expect(() => replyParts(said, 'far'), JSON.stringify(said)).toThrow('no reply')
})
