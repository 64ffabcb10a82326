import { expect, test } from 'vitest'
import { isFieldValue } from '../../value/headers.ts'
import { mediaType } from '../../value/media-type.ts'
import { mediaTypeOf } from './media-types.ts'

test('what the web is made of has its type, and text its charset', () => {
  const cases = {
    html: 'text/html; charset=utf-8',
    css: 'text/css; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    mjs: 'text/javascript; charset=utf-8',
    txt: 'text/plain; charset=utf-8',
    json: 'application/json',
    map: 'application/json',
    webmanifest: 'application/manifest+json',
    wasm: 'application/wasm',
    svg: 'image/svg+xml',
    png: 'image/png',
    jpg: 'image/jpeg',
    ico: 'image/x-icon',
    woff2: 'font/woff2',
    mp4: 'video/mp4',
    pdf: 'application/pdf',
  }
  for (const [extension, type] of Object.entries(cases)) expect(mediaTypeOf(extension), extension).toBe(type)
})

test('every type is a media type, and every text is UTF-8 (RFC 9110 8.3.1)', () => {
  for (const extension of ['html', 'md', 'csv', 'vtt', 'json', 'docx', 'glb', 'ts', 'zst', 'm3u8', 'yml']) {
    const type = mediaTypeOf(extension)!
    const parsed = mediaType(type)!
    expect(isFieldValue(type), type).toBe(true)
    expect(parsed.parameters.get('charset'), type).toBe(
      parsed.essence.startsWith('text/') ? 'utf-8' : undefined,
    )
  }
})

test('names are data', () => {
  for (const extension of ['', 'unknown', '__proto__', 'constructor', 'HTML', '.html']) {
    expect(mediaTypeOf(extension), extension).toBe(undefined)
  }
})
