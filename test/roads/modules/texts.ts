import { app, text } from 'hagaki'

/** Answers with a text that the query describes: a piece of JSON, and how often it comes. */
export default app((_method, _path, _headers, { query }) => {
  const [piece, times] = JSON.parse(decodeURIComponent(query!)) as [string, number]
  return text(piece.repeat(times))
})
