/**
 * Part of the page's script: the form that sends a request.
 *
 * @module
 */

export const TRY: string = String.raw`
const running = new Set()

function stopAll() {
  for (const controller of running) controller.abort()
}

// The form for one handler: { node, shown: call it when it comes into view }.
function tryForm(entry) {
  const { operation } = entry
  const servers = operation.servers ?? api.servers ?? [{ url: '/' }]
  const serverInput = make('select', { 'aria-label': 'Server' }, servers.map(({ url, description }) =>
    make('option', { value: url }, description ? url + ' (' + description + ')' : url)))
  const parameters = (operation.parameters ?? [])
    .filter((parameter) => parameter.in !== 'cookie')
    .map((parameter) => [parameter, field({ ...parameter, place: parameter.in === 'path' || parameter.in === 'header' ? parameter.in : null })])
  const cookies = (operation.parameters ?? []).filter((parameter) => parameter.in === 'cookie')
  const credentials = credentialsOf(operation)
  const secretFields = credentials.map(([name, scheme]) => secretField(name, scheme)).filter((one) => one !== null)
  const extra = make('textarea', { rows: 1, placeholder: 'name: value, one on each line', spellcheck: 'false', 'aria-label': 'Further headers' })
  const types = acceptedTypes(operation)
  const accept = make('select', { 'aria-label': 'Format of the answer' }, types.map((type) => make('option', { value: type }, type)))
  const body = operation.requestBody === undefined ? null : bodyField(operation.requestBody)
  const curl = make('pre', { class: 'block', tabindex: 0, 'aria-label': 'The request as curl' })
  const answer = make('div', { class: 'answer' })
  const problem = make('p', { class: 'bad', role: 'alert' })
  const send = make('button', { type: 'submit', class: 'send' }, 'Send')
  const stop = make('button', { type: 'button', hidden: true }, 'Stop')
  const compose = () => requestOf({
    entry, parameters, credentials,
    server: () => serverInput.value,
    extra: () => extra.value,
    accept: () => accept.value ?? '',
    body: body === null ? null : body.read,
  })
  const redraw = () => {
    try {
      curl.textContent = curlOf(compose())
    } catch (error) {
      curl.textContent = String(error.message ?? error)
    }
  }
  const form = make('form', { class: 'try', novalidate: true, 'aria-label': 'Try it' },
    make('h2', null, 'Try it'),
    servers.length > 1 ? make('div', { class: 'field' }, make('label', null, 'Server', serverInput)) : null,
    secretFields.map(({ node }) => node),
    parameters.map(([, { node }]) => node),
    cookies.length > 0 && make('p', { class: 'hint' }, 'Your browser sends the cookies by itself: ', cookies.map(({ name }) => name).join(', ')),
    body?.node,
    types.length > 1 ? make('div', { class: 'field' }, make('label', null, 'Format of the answer', accept)) : null,
    make('details', { class: 'folded' }, make('summary', null, 'Further headers'), extra),
    make('div', { class: 'actions' }, send, stop, make('span', { class: 'soft keys' }, 'Ctrl + Enter'), problem),
    make('div', { class: 'curl' }, make('h3', null, 'As curl'), make('div', { class: 'held' }, curl, copyButton('Copy', () => curl.textContent))),
    answer)
  form.addEventListener('input', redraw)
  form.addEventListener('change', redraw)
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit() }
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    problem.textContent = ''
    const empty = parameters.find(([parameter, one]) => parameter.in === 'path' && one.texts().length === 0)?.[1]
    for (const [, one] of parameters) one.input.removeAttribute('aria-invalid')
    if (empty !== undefined) {
      problem.textContent = 'Give ' + empty.name + ': it is a part of the path.'
      empty.input.setAttribute('aria-invalid', 'true')
      empty.input.focus()
      return
    }
    const controller = new AbortController()
    running.add(controller)
    stop.onclick = () => controller.abort()
    stop.hidden = false
    send.disabled = true
    const begun = performance.now()
    answer.replaceChildren(make('p', { class: 'soft' }, 'Waiting for the answer…'))
    try {
      const { url, method, headers, body: content } = compose()
      const response = await fetch(url, { method, headers, body: content, signal: controller.signal, cache: 'no-store' })
      const shown = showAnswer(response, begun, answer)
      answer.scrollIntoView({ block: 'nearest' })
      await shown
      answer.scrollIntoView({ block: 'nearest' })
    } catch (error) {
      const stopped = controller.signal.aborted
      const said = stopped ? 'Stopped after ' + timeText(performance.now() - begun) + '.' : failureText(error)
      if (answer.querySelector('.status') === null) answer.replaceChildren()
      answer.append(make('p', { class: stopped ? 'soft' : 'bad' }, said))
      say(said)
    } finally {
      running.delete(controller)
      const held = document.activeElement === stop
      stop.hidden = true
      send.disabled = false
      if (held) send.focus()
    }
  })
  redraw()
  return { node: form, shown: () => { for (const one of secretFields) one.shown(); redraw() } }
}

function failureText(error) {
  if (error instanceof TypeError && /fetch|network/i.test(error.message))
    return 'No answer. The server is not there, or it does not let this page call it (CORS).'
  return String(error?.message ?? error)
}

// The schemes that a handler asks for; where its guards have none, a token that they may know.
function credentialsOf(operation) {
  const schemes = api.components.securitySchemes ?? {}
  const asked = (operation.security ?? []).flatMap((one) => Object.keys(one)).map((name) => [name, schemes[name]]).filter(([, scheme]) => scheme !== undefined)
  if (asked.length > 0 || operation['x-guards'] === undefined) return asked
  return [[FREE_TOKEN, { type: 'http', scheme: 'bearer' }]]
}

function secretField(name, scheme) {
  if (scheme.type === 'apiKey' && scheme.in === 'cookie') return null
  const id = freshId('secret')
  const isBasic = scheme.type === 'http' && scheme.scheme.toLowerCase() === 'basic'
  const input = make('input', { id, type: 'password', autocomplete: 'off', spellcheck: 'false', placeholder: isBasic ? 'user:password' : null })
  input.addEventListener('input', () => secrets.set(name, input.value))
  const what = scheme.type === 'apiKey' ? scheme.in + ' ' + scheme.name : scheme.type === 'http' ? scheme.scheme : 'bearer'
  const node = make('div', { class: 'field' },
    make('label', { for: id }, make('code', { class: 'name' }, name), make('span', { class: 'place' }, what)),
    input, make('p', { class: 'hint' }, 'Kept in memory until the page is closed.'))
  return { node, shown: () => { input.value = secrets.get(name) ?? '' } }
}

function acceptedTypes(operation) {
  const good = Object.entries(operation.responses).filter(([status]) => /^2/.test(status)).map(([, response]) => resolved(response).schema)
  return [...new Set(good.flatMap((response) => Object.keys(response.content ?? {})))]
}
`
