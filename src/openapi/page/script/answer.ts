/**
 * Part of the page's script: an answer, with its status, time, fields and body.
 *
 * @module
 */

export const ANSWER: string = String.raw`
const sizeText = (bytes) => (bytes < 10_000 ? bytes + ' bytes' : bytes < 10_000_000 ? Math.round(bytes / 1024) + ' KiB' : Math.round(bytes / 1_048_576) + ' MiB')
const timeText = (ms) => (ms < 10_000 ? Math.round(ms) + ' ms' : (ms / 1000).toFixed(1) + ' s')

// Shows the answer in a place as it comes; resolves when all of it has.
async function showAnswer(response, begun, place) {
  const type = response.headers.get('content-type') ?? ''
  const facts = make('span', { class: 'facts' }, timeText(performance.now() - begun))
  const kind = response.status < 300 ? 'good' : response.status < 400 ? 'other' : 'bad'
  const line = make('p', { class: 'status' }, make('b', { class: kind }, response.status + ' ' + response.statusText), ' ', facts)
  const fields = [...response.headers]
  const body = make('div', { class: 'body' })
  place.replaceChildren(line,
    make('details', { class: 'folded' }, make('summary', null, fields.length + ' headers'),
      make('dl', null, fields.map(([name, value]) => make('div', null, make('dt', null, name), make('dd', null, value))))),
    body)
  say('Answer ' + response.status)
  if (response.body === null || response.status === 204 || response.status === 304) return void body.append(make('p', { class: 'soft' }, 'No body.'))
  if (isStream(type) && response.ok) {
    const log = make('ol', { class: 'log', role: 'log', tabindex: 0, 'aria-label': 'Items' })
    const counted = make('p', { class: 'soft' }, 'Waiting for the first item…')
    body.append(counted, log)
    const items = (count) => count + (count === 1 ? ' item' : ' items')
    const seen = await follow(response.body.getReader(), type, log, (count) => { counted.textContent = items(count) + ' so far' })
    counted.textContent = items(seen) + ', and the stream has ended.'
    facts.textContent = timeText(performance.now() - begun)
    say(counted.textContent)
    return
  }
  const blob = await response.blob()
  facts.textContent = timeText(performance.now() - begun) + ', ' + sizeText(blob.size)
  body.append(await shownBody(blob, type))
}

async function shownBody(blob, type) {
  if (blob.size === 0) return make('p', { class: 'soft' }, 'An empty body.')
  if (/^image\//i.test(type)) {
    const image = make('img', { alt: 'The answer', src: URL.createObjectURL(blob) })
    return make('figure', null, image)
  }
  if (/[/+]json\b/i.test(type)) return shownJson(await blob.text())
  if (/^text\/|[/+](?:xml|yaml|javascript)\b|x-www-form-urlencoded/i.test(type)) return shownBlock(await blob.text())
  const link = make('a', { href: URL.createObjectURL(blob), download: 'answer' }, 'Save')
  return make('p', null, sizeText(blob.size) + (type === '' ? '' : ' of ' + type) + '. ', link)
}

function shownBlock(text, node = null) {
  const whole = node ?? document.createTextNode(text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + '\n… ' + (text.length - MAX_TEXT) + ' characters more' : text)
  return make('div', { class: 'held' }, make('pre', { class: 'block', tabindex: 0 }, whole), copyButton('Copy', () => text))
}

function shownJson(text) {
  let pretty
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return make('div', null, make('p', { class: 'bad' }, 'This is no JSON.'), shownBlock(text))
  }
  return pretty.length > MAX_TEXT ? shownBlock(pretty) : shownBlock(pretty, coloured(pretty))
}

// Names, texts and the rest apart, each as text.
function coloured(json) {
  const whole = make('code')
  let at = 0
  for (const found of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g)) {
    const [all, text, colon] = found
    whole.append(json.slice(at, found.index))
    const kind = text === undefined ? 'literal' : colon === undefined ? 'text' : 'key'
    whole.append(make('span', { class: kind }, text ?? all), colon ?? '')
    at = found.index + all.length
  }
  whole.append(json.slice(at))
  return whole
}
`
