/**
 * Part of the page's script: schemas to be read, member by member; what contains itself is shown when it
 * is asked for.
 *
 * @module
 */

export const OUTLINE: string = String.raw`
function typeLine(raw) {
  const more = bounds(raw)
  return [make('code', { class: 'type' }, typeText(raw)), more === '' ? null : make('span', { class: 'soft' }, ' ' + more)]
}

// The whole of a schema: its type, and what is in it.
function outline(raw) {
  const { schema } = resolved(raw)
  return make('div', { class: 'outline' },
    make('p', { class: 'shape' }, typeLine(raw), schema.description && make('span', { class: 'soft' }, ' ', prose(schema.description))),
    insides(raw, 0))
}

function insides(raw, depth) {
  const { schema } = resolved(raw)
  const members = Object.entries(schema.properties ?? {})
  const parts = []
  if (members.length > 0)
    parts.push(make('ul', { class: 'members' }, members.map(([name, member]) => memberRow(name, member, schema, depth))))
  const others = schema.additionalProperties
  if (typeof others === 'object' && others !== null) parts.push(folded('any other name', others, depth))
  if (typeof schema.items === 'object' && schema.items !== null && hasInsides(schema.items))
    parts.push(depth === 0 ? insides(schema.items, depth + 1) : folded('each item', schema.items, depth))
  for (const part of schema.allOf ?? []) parts.push(insides(part, depth))
  const several = alternativesOf(schema)
  for (const [at, one] of (several ?? []).entries())
    if (hasInsides(one)) parts.push(folded(resolved(one).name ?? 'alternative ' + (at + 1), one, depth))
  return parts
}

function memberRow(name, member, schema, depth) {
  const inner = resolved(member).schema
  return make('li', null,
    make('code', { class: 'name' + (member.deprecated ? ' old' : '') }, name),
    schema.required?.includes(name) ? make('span', { class: 'required' }, 'required') : null,
    ' ', typeLine(member),
    inner.description && make('span', { class: 'about' }, prose(inner.description)),
    hasInsides(member) ? folded('members', member, depth) : null)
}

// A list of lists of itself would go on: what is that deep counts as empty.
function hasInsides(raw, deep = 0) {
  const { schema } = resolved(raw)
  if (deep > 6) return false
  return Object.keys(schema.properties ?? {}).length > 0 || schema.allOf !== undefined ||
    (typeof schema.items === 'object' && schema.items !== null && hasInsides(schema.items, deep + 1)) ||
    (alternativesOf(schema) ?? []).some((one) => resolved(one).name !== null || one.properties !== undefined) ||
    (typeof schema.additionalProperties === 'object' && schema.additionalProperties !== null)
}

function folded(label, raw, depth) {
  const { schema } = resolved(raw)
  const details = make('details', { class: 'folded' }, make('summary', null, label, ' ', make('code', { class: 'type' }, typeText(raw, 1))))
  // Of a list, what is in its items.
  const whole = typeof schema.items === 'object' && schema.items !== null ? schema.items : raw
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1)
      details.append(make('div', null, schema.description && make('p', { class: 'about' }, prose(schema.description)), insides(whole, depth + 1)))
  })
  return details
}
`
