/**
 * Part of the page's script: the field for a body, by its media type.
 *
 * @module
 */

export const BODY: string = String.raw`
const isJson = (type) => /[/+]json$/i.test(type)
const isLines = (type) => /^application\/(?:jsonl|x-ndjson)$/i.test(type)
const isForm = (type) => /^(?:application\/x-www-form-urlencoded|multipart\/form-data)$/i.test(type)
const isText = (type) => /^text\//i.test(type)

// What this page can write; the others only where there is nothing else.
const isWritable = (type) => isJson(type) || isLines(type) || isForm(type) || isText(type)

// { node, read: () => { body, type, shown } }
function bodyField(raw) {
  const { description, content, required } = resolved(raw).schema
  const all = Object.keys(content)
  const types = all.some(isWritable) ? all.filter((type) => isWritable(type) || !/^application\/(?:cbor|msgpack|vnd\.msgpack)$/i.test(type)) : all
  const id = freshId('body')
  const select = make('select', { id, 'aria-label': 'Format of the body' }, types.map((type) => make('option', { value: type }, type)))
  const place = make('div')
  let current = null
  const choose = () => {
    current = editorOf(select.value, content[select.value] ?? {})
    place.replaceChildren(current.node)
  }
  select.addEventListener('change', choose)
  choose()
  const node = make('div', { class: 'field' },
    make('label', { for: id }, 'Body', required ? make('span', { class: 'required' }, 'required') : null,
      types.length > 1 ? null : make('span', { class: 'place' }, types[0])),
    types.length > 1 ? select : null, place, description && make('p', { class: 'hint' }, prose(description)))
  return { node, read: () => current.read() }
}

function editorOf(type, media) {
  if (isForm(type)) return formEditor(type, media.schema ?? {})
  if (isJson(type)) return textEditor(type, JSON.stringify(sample(media.schema ?? {}), null, 2))
  if (isLines(type)) return textEditor(type, JSON.stringify(sample(media.itemSchema ?? {})) + '\n')
  if (isText(type)) return textEditor(type, type === 'text/event-stream' ? 'data: \n\n' : '')
  return fileEditor(type)
}

function textEditor(type, text) {
  const rows = Math.min(16, Math.max(4, text.split('\n').length + 1))
  const area = make('textarea', { class: 'code', rows, spellcheck: 'false', 'aria-label': 'Body' })
  area.value = text
  const wrong = make('p', { class: 'hint bad' })
  const check = () => { wrong.textContent = isJson(type) ? jsonProblem(area.value) : '' }
  area.addEventListener('input', check)
  const read = () => area.value === '' ? { body: undefined, type: null, shown: [] } : { body: area.value, type, shown: ['--data-binary ' + quoted(area.value.startsWith('@') ? ' ' + area.value : area.value)] }
  return { node: make('div', null, area, wrong), read }
}

function jsonProblem(text) {
  try {
    if (text !== '') JSON.parse(text)
    return ''
  } catch (error) {
    return 'No JSON: ' + error.message
  }
}

// Parts of any name, where nothing is said of them.
function partsEditor(type) {
  const texts = field({ name: 'parts', schema: { type: 'object' } })
  const files = make('input', { type: 'file', multiple: true, 'aria-label': 'Files' })
  const node = make('div', { class: 'inner' }, texts.node, make('div', { class: 'field' }, make('label', null, 'Files, each a part of its name', files)))
  return { node, read: () => written(type, [...texts.texts().map((text) => cut(text, '=')), ...[...files.files].map((file) => [file.name, file])]) }
}

function formEditor(type, raw) {
  const { schema } = resolved(raw)
  if (schema.properties === undefined) return partsEditor(type)
  const fields = Object.entries(schema.properties).map(([name, member]) =>
    field({ name, schema: member, required: schema.required?.includes(name), description: resolved(member).schema.description }))
  const pairs = () => fields.flatMap((one) => [...one.texts(), ...one.files()].map((value) => [one.name, value]))
  return { node: make('div', { class: 'inner' }, fields.map(({ node }) => node)), read: () => written(type, pairs()) }
}

// Entries of a form: names with texts or files.
function written(type, pairs) {
    const word = ([name, value]) => typeof value === 'string' ? name + '=' + value : name + '=@' + value.name
    if (!/^multipart\//i.test(type)) return { body: new URLSearchParams(pairs).toString(), type, shown: pairs.length === 0 ? ["--data ''"] : pairs.map((pair) => '--data-urlencode ' + quoted(word(pair))) }
    const body = new FormData()
    for (const [name, value] of pairs) body.append(name, value)
    // The browser writes the type, with its boundary.
    return { body, type: null, shown: pairs.map((pair) => (typeof pair[1] === 'string' ? '--form-string ' : '-F ') + quoted(word(pair))) }
}

function fileEditor(range) {
  const input = make('input', { type: 'file', accept: range === '*/*' ? null : range, 'aria-label': 'File' })
  const read = () => {
    const file = input.files[0]
    if (file === undefined) return { body: undefined, type: null, shown: [] }
    const type = range.includes('*') ? file.type || 'application/octet-stream' : range
    return { body: file, type, shown: ['--data-binary ' + quoted('@' + file.name)] }
  }
  return { node: input, read }
}
`
