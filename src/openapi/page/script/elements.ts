/**
 * Part of the page's script: the document, and elements made of it. Text becomes text, never markup.
 *
 * @module
 */

export const ELEMENTS: string = String.raw`
const api = JSON.parse(document.getElementById('document').textContent)

// An element with attributes, listeners ("onclick") and children; null and false are none.
function make(tag, attributes, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue
    if (typeof value === 'function') node.addEventListener(name.slice(2), value)
    else node.setAttribute(name, value === true ? '' : value)
  }
  node.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false))
  return node
}

let made = 0
const freshId = (what) => what + '-' + ++made

function say(text) {
  document.getElementById('said').textContent = text
}

// The clipboard is there on a secure origin only, which an address of the local network is not.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {}
  const held = document.activeElement
  const area = make('textarea', { class: 'unseen' })
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  held?.focus()
  return done
}

function copyButton(label, text) {
  const button = make('button', { type: 'button', class: 'quiet' }, label)
  button.addEventListener('click', async () => {
    button.textContent = (await copied(text())) ? 'Copied' : 'Select and copy it'
    say(button.textContent)
    button.addEventListener('blur', () => { button.textContent = label }, { once: true })
  })
  return button
}

// Handlers in the document's order: { id, method, path, operation }.
const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    operation,
  })),
)

// Text of the document: Markdown's marks for code are heeded, and a line is a line.
function prose(text) {
  return text.split(/\x60([^\x60\n]+)\x60/).map((part, at) => (at % 2 === 1 ? make('code', { class: 'chip' }, part) : part))
}

function methodChip(method) {
  return make('span', { class: 'method ' + method.toLowerCase() }, method === 'DELETE' ? 'DEL' : method)
}
`
