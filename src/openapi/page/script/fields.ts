/**
 * Part of the page's script: one field of a form for a value of a schema.
 *
 * @module
 */

export const FIELDS: string = String.raw`
// A field: { node, texts, file }. Its texts are those that stand for the value; none when it is empty.
function field({ name, schema: raw, required, description, deprecated, place }) {
  const { schema } = resolved(raw)
  const id = freshId('field')
  const input = inputOf(raw, schema, required)
  const hint = freshId('hint')
  for (const [attribute, value] of Object.entries({ id, name, 'aria-describedby': hint })) input.setAttribute(attribute, value)
  if (required) input.setAttribute('aria-required', 'true')
  const node = make('div', { class: 'field' },
    make('label', { for: id },
      make('code', { class: 'name' + (deprecated ? ' old' : '') }, name),
      required ? make('span', { class: 'required' }, 'required') : null,
      place && make('span', { class: 'place' }, place)),
    input,
    make('p', { class: 'hint', id: hint }, typeLine(raw), description && make('span', { class: 'about' }, prose(description))))
  return { name, required, node, input, texts: () => textsOf(input), files: () => [...(input.files ?? [])] }
}

function inputOf(raw, schema, required) {
  const values = choicesOf(raw)
  if (values !== null) {
    const options = values.map((value) => make('option', { value: String(value), selected: value === schema.default }, String(value)))
    return make('select', null, required ? null : make('option', { value: '' }, '(none)'), options)
  }
  if (isFile(schema)) return make('input', { type: 'file' })
  const types = typesOf(schema)
  if (types.includes('array') || types.includes('object')) {
    const placeholder = types.includes('array') ? 'one on each line' : 'name=value, one on each line'
    return make('textarea', { rows: 2, placeholder, spellcheck: 'false', 'data-list': types.includes('array') ? 'items' : 'pairs' })
  }
  const isNumber = types.includes('integer') || types.includes('number')
  const shown = schema.default ?? schema.examples?.[0] ?? TEXTS[schema.format]
  return make('input', {
    type: 'text',
    inputmode: isNumber ? (types.includes('integer') ? 'numeric' : 'decimal') : null,
    placeholder: shown === undefined ? null : String(shown),
    autocomplete: 'off',
    spellcheck: 'false',
  })
}

// The values that may be chosen from; null where anything may be written.
function choicesOf(raw, deep = 0) {
  const { schema } = resolved(raw)
  if (schema.const !== undefined) return [schema.const]
  if (Array.isArray(schema.enum)) return schema.enum
  if (schema.type === 'boolean') return [true, false]
  const several = alternativesOf(schema)
  if (several === null || deep > 2) return null
  const each = several.map((one) => choicesOf(one, deep + 1))
  return each.includes(null) ? null : [...new Set(each.flat())]
}

function isFile(schema) {
  return schema.format === 'binary' || (schema.contentMediaType !== undefined && schema.type !== 'string')
}

function textsOf(input) {
  if (input.value === '' || input.type === 'file') return []
  if (input.dataset.list === undefined) return [input.value]
  return input.value.split('\n').map((line) => line.replace(/\r$/, '')).filter((line) => line !== '')
}
`
