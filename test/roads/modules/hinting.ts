/** An app for a thread that hints before it answers. */
import { app, text } from 'hagaki'

export default app((_method, _path, _headers, options) => {
  options.hint({ link: ['</a.css>; rel=preload', '</b.js>; rel=preload'] })
  return text('hinted')
})
