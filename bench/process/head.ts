/** What a browser sends, in the parts that a parser gives, and as octets. */
export const TARGET = '/cards/7?lang=ja'

export const LINES: readonly (readonly [name: string, value: string])[] = [
  ['host', 'example.org'],
  ['connection', 'keep-alive'],
  ['sec-ch-ua', '"Chromium";v="156", "Google Chrome";v="156", "Not.A/Brand";v="24"'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  ],
  [
    'accept',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  ],
  ['sec-fetch-site', 'same-origin'],
  ['sec-fetch-mode', 'navigate'],
  ['referer', 'https://example.org/cards'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['accept-language', 'en-GB,en;q=0.9,ja;q=0.8'],
]

export const URL_TEXT: string = `http://example.org${TARGET}`

export const OCTETS: Uint8Array = new TextEncoder().encode(
  `GET ${TARGET} HTTP/1.1\r\n${LINES.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
)
