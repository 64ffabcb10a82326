/**
 * Requests as octets.
 *
 * @module
 */

/** An HTTP/1.1 head: method and target, then field lines. A host is added when none is given. */
export function head(line: string, ...fields: readonly string[]): string {
  const hosted = fields.some((field) => /^host:/i.test(field))
  return `${[`${line} HTTP/1.1`, ...(hosted ? [] : ['Host: a.example']), ...fields].join('\r\n')}\r\n\r\n`
}

/** A whole request with a length. */
export function withLength(line: string, body: string, ...fields: readonly string[]): string {
  return head(line, `Content-Length: ${body.length}`, ...fields) + body
}

/** A whole request in chunks, with trailer lines. */
export function inChunks(line: string, chunks: readonly string[], ...trailers: readonly string[]): string {
  const sized = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
  const last = `0\r\n${trailers.map((trailer) => `${trailer}\r\n`).join('')}\r\n`
  return head(line, 'Transfer-Encoding: chunked') + sized.join('') + last
}
