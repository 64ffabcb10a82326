import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clip, escapeText, markup, raw } from './markup.ts'

test('no text becomes markup, wherever a template puts it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeText(text)
      expect(escaped).not.toMatch(/[<>"'\0\r\x7f\u202e]/)
      expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      expect(markup`<p title="${text}">${text}</p>`.toString()).toBe(`<p title="${escaped}">${escaped}</p>`)
    }),
  )
})

test('text that nobody would see is seen', () => {
  expect(escapeText('a\0b\x1b[31m\r\n\tc\x7f')).toBe('a␀b␛[31m␍\n\tc[U+007F]')
  expect(escapeText('if (x /*\u202e } \u2066*/)')).toBe('if (x /*[U+202E] } [U+2066]*/)')
  expect(escapeText('Grüße 葉書 👋')).toBe('Grüße 葉書 👋')
})

test('parts are text, numbers, nothing, markup, and lists of those', () => {
  const list = ['<', markup`<b>${'&'}</b>`, 1, null, [raw('<i>')]]
  expect(markup`${list}${null}`.toString()).toBe('&lt;<b>&amp;</b>1<i>')
})

test('what is cut says how much is missing', () => {
  expect(clip('abc', 3)).toBe('abc')
  expect(clip('abcd', 3)).toBe('abc… (1 characters more)')
})
