/**
 * Part of the page's script: what is said of one handler.
 *
 * @module
 */

export const OPERATION: string = String.raw`
function operationPage(entry) {
  const { operation, method, path, id } = entry
  const form = tryForm(entry)
  const node = make('article', { class: 'operation' },
    make('div', { class: 'told' },
      make('h1', { tabindex: -1 }, operation.summary || id),
      make('p', { class: 'target' }, methodChip(method), ' ', make('code', null, pathParts(path)),
        make('button', { type: 'button', class: 'quiet jump', onclick: () => goTo(form.node) }, 'Try it'),
        copyButton('Copy link', () => new URL('#' + encodeURIComponent(id), location.href).href)),
      make('p', { class: 'marks' }, marksOf(operation, id)),
      operation.description && make('p', { class: 'description' }, prose(operation.description)),
      parametersPart(operation.parameters ?? []),
      operation.requestBody && bodyPart(resolved(operation.requestBody).schema),
      answersPart(operation.responses)),
    form.node)
  return { node, shown: form.shown }
}

function goTo(form) {
  form.scrollIntoView()
  form.querySelector('input, textarea, select, button')?.focus({ preventScroll: true })
}

// Names stand out from what is around them.
function pathParts(path) {
  return path.split(/(\{[^}]*\})/).map((part) => (part.startsWith('{') ? make('em', null, part) : part))
}

function marksOf(operation, id) {
  const mark = (text, kind) => make('span', { class: 'mark ' + (kind ?? '') }, text)
  const schemes = (operation.security ?? []).flatMap((one) => Object.keys(one))
  return [
    mark(id, 'id'),
    mark(operation['x-verb']),
    operation.deprecated ? mark('deprecated', 'old') : null,
    (operation['x-guards'] ?? schemes).map((name) => mark('guard: ' + name, 'guard')),
    (operation.servers ?? []).map(({ url }) => mark(url)),
  ]
}

function parametersPart(parameters) {
  if (parameters.length === 0) return null
  return make('section', null, make('h2', null, 'Parameters'),
    make('ul', { class: 'members' }, parameters.map((parameter) => make('li', null,
      make('code', { class: 'name' + (parameter.deprecated ? ' old' : '') }, parameter.name),
      make('span', { class: 'place' }, parameter.in),
      parameter.required ? make('span', { class: 'required' }, 'required') : null,
      ' ', typeLine(parameter.schema),
      parameter.description && make('span', { class: 'about' }, prose(parameter.description))))))
}

function bodyPart({ content, description, required }) {
  return make('section', null, make('h2', null, 'Body'),
    make('p', { class: 'soft' }, required ? 'Required. ' : '', description && prose(description)), mediaPart(content))
}

// Formats of one schema are told together.
function mediaPart(content) {
  const groups = new Map()
  for (const [type, media] of Object.entries(content)) {
    const item = media.itemSchema && itemOf(media.itemSchema)
    const key = JSON.stringify([item, media.schema])
    groups.set(key, { types: [...(groups.get(key)?.types ?? []), type], item, schema: media.schema })
  }
  return [...groups.values()].map(({ types, item, schema }) => make('div', { class: 'media' },
    make('p', null, types.map((type) => make('code', { class: 'chip' }, type))),
    item ? [make('p', { class: 'soft' }, 'Each item:'), outline(item)] : schema ? outline(schema) : null))
}

// Of an event, what its data are.
function itemOf(schema) {
  const given = schema.oneOf?.[0]?.properties?.data?.contentSchema
  return given ?? schema
}

function answersPart(responses) {
  const rows = Object.entries(responses).map(([status, raw]) => [status, resolved(raw).schema])
  return make('section', null, make('h2', null, 'Answers'), rows.map(([status, response]) => {
    const isGood = /^2/.test(status)
    const fields = Object.entries(response.headers ?? {}).map(([name, header]) => [name, resolved(header).schema])
    const isBare = response.content === undefined && fields.length === 0
    const label = [make('b', { class: isGood ? 'good' : /^3/.test(status) ? 'other' : 'bad' }, status), ' ', prose(response.description)]
    if (isBare) return make('p', { class: 'bare' }, label)
    return make('details', { class: 'reply', open: isGood }, make('summary', null, label),
      fields.length > 0 ? make('ul', { class: 'members' }, fields.map(([name, header]) => make('li', null,
        make('code', { class: 'name' }, name), make('span', { class: 'place' }, 'header'), make('span', { class: 'about' }, prose(header.description))))) : null,
      response.content === undefined ? null : mediaPart(response.content))
  }))
}

function overviewPage() {
  const places = (api.servers ?? []).map(({ url }) => new URL(url, location.href).href)
  const schemes = Object.entries(api.components.securitySchemes ?? {})
  const node = make('article', { class: 'overview' },
    make('h1', { tabindex: -1 }, api.info.title),
    make('p', { class: 'soft' }, 'Version ' + api.info.version + ', OpenAPI ' + api.openapi + ', ' + operations.length + (operations.length === 1 ? ' handler' : ' handlers')),
    api.info.description && make('p', { class: 'description' }, prose(api.info.description)),
    places.length > 0 && make('section', null, make('h2', null, 'Where'), make('ul', { class: 'plain' }, places.map((url) => make('li', null, make('code', null, url))))),
    schemes.length > 0 && make('section', null, make('h2', null, 'Who is calling'),
      make('ul', { class: 'members' }, schemes.map(([name, scheme]) => make('li', null, make('code', { class: 'name' }, name), ' ',
        scheme.type === 'apiKey' ? scheme.in + ' ' + scheme.name : scheme.type === 'http' ? 'authorization: ' + scheme.scheme : scheme.openIdConnectUrl)))),
    make('section', null, make('h2', null, 'Handlers'), make('ul', { class: 'index' }, operations.map(({ id, method, path, operation }) =>
      make('li', { class: operation.deprecated ? 'left' : null },
        make('a', { href: '#' + encodeURIComponent(id) }, methodChip(method), make('code', null, pathParts(path)),
          make('span', { class: 'soft' }, operation.summary || id)))))))
  return { node, shown: () => {} }
}
`
