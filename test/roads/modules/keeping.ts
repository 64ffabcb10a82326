/** Keeps every body that it was given, and gives the last one back as often as it is asked. */
import { app, json } from 'hagaki'

const kept: Uint8Array[] = []

export default app(async (method, path, _headers, { input }) => {
  if (method === 'POST') kept.push(await input.bytes())
  if (path === '/kept')
    return json(kept.map((bytes) => [bytes.byteLength, bytes.reduce((sum, one) => sum + one, 0)]))
  return [200, 'application/octet-stream', {}, kept.at(-1)!]
})
