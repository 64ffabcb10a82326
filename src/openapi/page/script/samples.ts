/**
 * Part of the page's script: what a schema says in a few words, and data that might fit it.
 *
 * @module
 */

export const SAMPLES: string = String.raw`
// The schema that a reference leads to, with what it is called.
function resolved(schema) {
  let name = null
  let found = schema
  for (let hops = 0; found?.$ref !== undefined && hops < 20; hops++) {
    const parts = found.$ref.replace(/^#\/?/, '').split('/').map((part) =>
      decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    name = parts.at(-1)
    let at = api
    for (const part of parts) at = at !== null && typeof at === 'object' && Object.hasOwn(at, part) ? at[part] : undefined
    const { $ref: _, ...beside } = found
    found = typeof at === 'object' && at !== null ? { ...at, ...beside } : {}
  }
  return { name, schema: typeof found === 'object' && found !== null ? found : {} }
}

const alternativesOf = (schema) => schema.oneOf ?? schema.anyOf ?? null

function typesOf(schema) {
  if (Array.isArray(schema.type)) return schema.type
  if (schema.type !== undefined) return [schema.type]
  return schema.properties !== undefined ? ['object'] : schema.items !== undefined ? ['array'] : []
}

// "integer, 1 to 100", "Note[]", or the values that it may have.
function typeText(raw, depth = 0) {
  const { name, schema } = resolved(raw)
  if (name !== null && depth > 0) return name
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const several = alternativesOf(schema)
  if (several !== null && depth < 3) return [...new Set(several.map((one) => typeText(one, depth + 1)))].join(' | ')
  const types = typesOf(schema)
  if (types.length === 0) return name ?? (schema.allOf === undefined ? 'anything' : 'object')
  return types.map((type) => {
    if (type !== 'array') return name !== null && type === 'object' ? name : type
    const inner = schema.items === undefined || depth > 3 ? 'anything' : typeText(schema.items, depth + 1)
    return inner.includes(' ') ? '(' + inner + ')[]' : inner + '[]'
  }).join(' | ')
}

// What else is said of a value: format, bounds, what it is by itself.
function bounds(raw) {
  const { schema } = resolved(raw)
  const said = []
  const range = (low, high, unit) => {
    if (low !== undefined && high !== undefined) said.push(low + ' to ' + high + unit)
    else if (low !== undefined) said.push('at least ' + low + unit)
    else if (high !== undefined) said.push('at most ' + high + unit)
  }
  const plain = (number) => (Math.abs(number) >= Number.MAX_SAFE_INTEGER ? undefined : number)
  if (schema.format !== undefined) said.push(schema.format)
  range(plain(schema.minimum), plain(schema.maximum), '')
  if (schema.exclusiveMinimum !== undefined) said.push('more than ' + schema.exclusiveMinimum)
  if (schema.exclusiveMaximum !== undefined) said.push('less than ' + schema.exclusiveMaximum)
  range(schema.minLength, schema.maxLength, ' characters')
  range(schema.minItems, schema.maxItems, ' items')
  // The pattern of a format is for machines.
  if (schema.pattern !== undefined && schema.format === undefined) said.push('matches ' + schema.pattern)
  if (schema.default !== undefined) said.push('default ' + JSON.stringify(schema.default))
  return said.join(', ')
}

const TEXTS = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'ann@example.com',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
}

// Data that may well fit: bounds are kept, patterns are not.
function sample(raw, depth = 0) {
  const { schema } = resolved(raw)
  for (const value of [schema.default, schema.examples?.[0], schema.const, schema.enum?.[0]])
    if (value !== undefined) return value
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part) => sample(part, depth + 1))
    if (parts.every((part) => part !== null && typeof part === 'object')) return Object.assign({}, ...parts)
    return parts[0]
  }
  const several = alternativesOf(schema)
  if (several !== null && depth < 8) {
    const inner = several.find((one) => !typesOf(resolved(one).schema).includes('null')) ?? several[0]
    return sample({ ...schema, oneOf: undefined, anyOf: undefined, ...inner }, depth + 1)
  }
  const type = typesOf(schema).find((one) => one !== 'null') ?? typesOf(schema)[0]
  if (type === 'string') return sampleText(schema)
  if (type === 'integer' || type === 'number') return sampleNumber(schema)
  if (type === 'boolean') return true
  if (type === 'array') return depth > 4 || schema.items === false ? [] : sampleItems(schema, depth)
  if (type === 'object') {
    const members = Object.entries(schema.properties ?? {}).filter(([name]) =>
      depth < 3 || (depth < 8 && schema.required?.includes(name)))
    return Object.fromEntries(members.map(([name, member]) => [name, sample(member, depth + 1)]))
  }
  return null
}

function sampleText(schema) {
  const text = TEXTS[schema.format] ?? 'text'
  const long = text.padEnd(schema.minLength ?? 0, ' text')
  return schema.format === undefined && schema.maxLength !== undefined ? long.slice(0, schema.maxLength) : long
}

function sampleNumber({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }) {
  const low = exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : minimum
  const high = exclusiveMaximum !== undefined ? exclusiveMaximum - 1 : maximum
  if (low !== undefined && low > 1) return low
  return high !== undefined && high < 1 ? high : 1
}

function sampleItems(schema, depth) {
  if (Array.isArray(schema.prefixItems)) return schema.prefixItems.map((item) => sample(item, depth + 1))
  if (schema.items === undefined) return []
  return Array.from({ length: Math.max(1, Math.min(schema.minItems ?? 1, 5)) }, () => sample(schema.items, depth + 1))
}
`
