import { expect, test } from 'vitest'
import { parseTemplate } from './template.ts'

test('a name takes one whole segment, everything else is literal', () => {
  expect(parseTemplate('/notes/{id}/pages/{page_2}')).toEqual({
    text: '/notes/{id}/pages/{page_2}',
    segments: [{ literal: 'notes' }, { name: 'id' }, { literal: 'pages' }, { name: 'page_2' }],
    names: ['id', 'page_2'],
  })
  expect(parseTemplate('/').segments).toEqual([{ literal: '' }])
  expect(parseTemplate('/notes/').segments).toEqual([{ literal: 'notes' }, { literal: '' }])
  expect(parseTemplate('/a b:c/é').segments).toEqual([{ literal: 'a b:c' }, { literal: 'é' }])
})

test('what is no template is refused, with how to write one', () => {
  for (const text of [
    '',
    'notes',
    'http://host/notes',
    '/notes/{id',
    '/notes/id}',
    '/notes/{}',
    '/notes/{id}x',
    '/notes/{a}{b}',
    '/notes/{a}-{b}',
    '/notes/{1}',
    '/notes/{a-b}',
    '/notes/{a}/{a}',
    '/notes?x={id}',
    '/notes#top',
    '/caf%C3%A9',
    '/a\\b',
    '/a\nb',
    '/../etc',
    '/./a',
    '/\ud800',
  ]) {
    expect(() => parseTemplate(text), text).toThrow(
      expect.objectContaining({
        code: 'setup_faulty',
        message: expect.stringMatching(/Write it like "\/notes\/\{id\}/),
      }),
    )
  }
})
