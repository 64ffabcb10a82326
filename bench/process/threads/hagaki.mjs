import { app, json } from 'hagaki'

const utf8 = new TextDecoder()

export default app(async (_method, _path, _headers, { input }) =>
  json(JSON.parse(utf8.decode(await input.bytes()))),
)
