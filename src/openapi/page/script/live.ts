/**
 * Part of the page's script: streams as they come, event by event, line by line.
 *
 * @module
 */

export const LIVE: string = String.raw`
// Rows that are kept: an endless stream must not fill the page.
const MAX_ROWS = 500
const MAX_TEXT = 200_000

const isStream = (type) => /^(?:text\/event-stream|application\/(?:jsonl|x-ndjson|json-seq))\b/i.test(type)

// Follows a stream until it ends; says each item in a row of the log.
async function follow(reader, type, log, count) {
  const decoder = new TextDecoder()
  let held = ''
  let seen = 0
  const take = (text) => {
    const row = rowOf(text, /^text\/event-stream/i.test(type))
    if (row === null) return
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40
    log.append(row)
    if (log.childElementCount > MAX_ROWS) log.firstElementChild.remove()
    if (atEnd) log.scrollTop = log.scrollHeight
    count(++seen)
  }
  const ending = /^text\/event-stream/i.test(type) ? /\r\n\r\n|\n\n|\r\r/ : /\r?\n/
  for (;;) {
    const { done, value } = await reader.read()
    held += done ? decoder.decode() : decoder.decode(value, { stream: true })
    const parts = held.split(ending)
    held = parts.pop()
    for (const part of parts) take(part)
    if (held.length > 4_000_000) throw new Error('One item is over 4,000,000 characters')
    if (done) break
  }
  // Of events the last one counts only when it has ended; of lines the end of all is an end.
  if (!/^text\/event-stream/i.test(type) && held.trim() !== '') take(held)
  return seen
}

function rowOf(text, isEvent) {
  if (!isEvent) return text.trim() === '' ? null : make('li', null, shownText(text))
  const lines = text.split(/\r\n|\r|\n/).map((line) => cut(line, ':'))
  const of = (name) => lines.filter(([field]) => field === name).map(([, value]) => value.replace(/^ /, ''))
  const data = of('data')
  if (data.length === 0) return null
  const name = of('event').at(-1) ?? ''
  return make('li', { class: name === 'failure' ? 'failed' : null },
    name === '' ? null : make('b', { class: 'event' }, name), shownText(data.join('\n')))
}

function shownText(text) {
  return text.length > 20_000 ? make('code', null, text.slice(0, 20_000) + ' …') : coloured(text)
}
`
