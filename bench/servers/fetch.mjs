/** The works as functions from `Request` to `Response`, for runtimes that serve these. */
import { choose, OCTETS, pieces, TEXT } from './works.mjs'

export const handle = choose({
  hello: () => new Response('hello', { headers: { 'content-type': TEXT } }),
  json: async (request) => Response.json(await request.json()),
  upload: async (request) =>
    new Response(String((await request.arrayBuffer()).byteLength), { headers: { 'content-type': TEXT } }),
  stream: () => new Response(ReadableStream.from(pieces()), { headers: { 'content-type': OCTETS } }),
})
