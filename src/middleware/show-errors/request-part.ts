/**
 * The part of the page that shows the request as the value it is.
 *
 * @module
 */
import { type Markup, markup, type Part } from '../../value/markup.ts'
import { HIDDEN, plain } from './secrets.ts'
import type { Seen } from './seen.ts'

export function requestPart({ method, path, mount, query, headers, hasBody }: Seen): Markup {
  const facts: readonly (readonly [string, Part])[] = [
    ['method', method],
    ['path', path],
    ['mount', mount === '' ? none('at the top') : mount],
    ['query', query === null ? none('none') : queryPart(query)],
    ['body', none(hasBody ? 'there is one; this page does not read it' : 'none')],
  ]
  const fields = [...headers].map(([name, value]): readonly [string, Part] => [
    name,
    value === null ? none('hidden') : value,
  ])
  return markup`<section aria-labelledby="request-title">
<h2 id="request-title">Request</h2>
${list(facts)}
<h3>Headers</h3>
${fields.length === 0 ? none('none') : list(fields)}
</section>`
}

// As it was sent, and its members as they read.
function queryPart(query: string): Markup {
  const members = query.split('&').filter((member) => member !== '')
  if (members.length === 0) return markup`${query === '' ? none('empty') : query}`
  return list(
    members.map((member) => {
      const equals = member.indexOf('=')
      const [name, value] = equals < 0 ? [member, null] : [member.slice(0, equals), member.slice(equals + 1)]
      return [
        plain(name),
        value === HIDDEN ? none('hidden') : value === null ? none('no value') : plain(value),
      ]
    }),
  )
}

function list(rows: readonly (readonly [name: string, value: Part])[]): Markup {
  return markup`<dl>${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function none(what: string): Markup {
  return markup`<span class="none">${what}</span>`
}
