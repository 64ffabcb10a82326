/**
 * Part of the page's script: a request from what stands in the form, and the same as a curl command.
 *
 * @module
 */

export const REQUEST: string = String.raw`
// Credentials, by the names of schemes: in memory alone, and gone with the page.
const secrets = new Map()
const FREE_TOKEN = 'bearer token'

// { url, method, headers: [name, value][], body, shown: curl's arguments for the body }
function requestOf({ entry, server, parameters, credentials, extra, accept, body }) {
  const query = []
  const headers = []
  if (accept() !== '') headers.push(['accept', accept()])
  let path = entry.path
  for (const [parameter, one] of parameters) {
    const texts = one.texts()
    if (parameter.in === 'path') path = path.replace('{' + parameter.name + '}', () => encodeURIComponent(texts[0] ?? ''))
    else if (parameter.in === 'header' && texts.length > 0) headers.push([parameter.name, texts[0]])
    else if (parameter.in === 'query')
      for (const text of texts) query.push(one.input.dataset.list === 'pairs' ? cut(text, '=') : [parameter.name, text])
  }
  for (const [name, scheme] of credentials) {
    const secret = secrets.get(name) ?? ''
    if (secret === '') continue
    if (scheme.type === 'apiKey' && scheme.in === 'query') query.push([scheme.name, secret])
    else if (scheme.type === 'apiKey' && scheme.in === 'header') headers.push([scheme.name, secret])
    else if (scheme.type !== 'apiKey') headers.push(['authorization', authorization(scheme, secret)])
  }
  for (const line of extra().split('\n')) {
    const [name, value] = cut(line, ':')
    if (name.trim() !== '') headers.push([name.trim(), value.trim()])
  }
  const written = query.map(([name, value]) => encodeURIComponent(name) + '=' + encodeURIComponent(value)).join('&')
  const url = new URL(server().replace(/\/$/, '') + path + (written === '' ? '' : '?' + written), location.href).href
  const sent = body === null ? { body: undefined, type: null, shown: [] } : body()
  if (sent.type !== null) headers.push(['content-type', sent.type])
  return { url, method: entry.method, headers, body: sent.body, shown: sent.shown }
}

function authorization(scheme, secret) {
  const name = (scheme.scheme ?? 'bearer').toLowerCase()
  if (name !== 'basic') return (name === 'bearer' ? 'Bearer' : scheme.scheme) + ' ' + secret
  return 'Basic ' + btoa(String.fromCharCode(...new TextEncoder().encode(secret)))
}

function cut(text, mark) {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function curlOf({ url, method, headers, shown }) {
  const parts = [quoted(url)]
  if (method !== (shown.length > 0 ? 'POST' : 'GET')) parts.push('-X ' + method)
  // A colon with nothing behind it would take the field away.
  for (const [name, value] of headers) parts.push('-H ' + quoted(value === '' ? name + ';' : name + ': ' + value))
  const globs = /[[\]{}]/.test(url) ? ['--globoff'] : []
  return 'curl ' + [...parts, ...globs, ...shown].join(' \\\n  ')
}

// One word of a POSIX shell.
function quoted(text) {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'"
}
`
