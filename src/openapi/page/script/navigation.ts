/**
 * Part of the page's script: the list of handlers, the search, the address, the theme.
 *
 * @module
 */

export const NAVIGATION: string = String.raw`
const search = document.getElementById('search')
const list = document.getElementById('list')
const main = document.getElementById('main')
const menu = document.getElementById('menu')
const themeButton = document.getElementById('theme')
const pages = new Map()

// By the service that they are in; those of none first.
const groups = new Map([['', []]])
for (const entry of operations) {
  const tag = entry.operation.tags?.[0] ?? ''
  groups.set(tag, [...(groups.get(tag) ?? []), entry])
}

const links = []
for (const [tag, entries] of groups) {
  if (entries.length === 0) continue
  const items = entries.map((entry) => {
    const { id, method, operation, path } = entry
    const link = make('a', { href: '#' + encodeURIComponent(id), title: method + ' ' + path }, methodChip(method),
      make('span', { class: operation.deprecated ? 'old' : null }, tag !== '' && id.startsWith(tag + '.') ? id.slice(tag.length + 1) : id))
    const item = make('li', null, link)
    links.push({ id, link, item, words: (id + ' ' + method + ' ' + path + ' ' + (operation.summary ?? '')).toLowerCase() })
    return item
  })
  list.append(make('section', null, tag === '' ? null : make('h2', null, tag), make('ul', null, items)))
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== '')
  let count = 0
  for (const one of links) {
    one.item.hidden = !words.every((word) => one.words.includes(word))
    if (!one.item.hidden) count++
  }
  for (const section of list.children) section.hidden = section.querySelector('li:not([hidden])') === null
  document.getElementById('found').textContent = words.length === 0 ? '' : count === 1 ? '1 handler found' : count + ' handlers found'
}

function openMenu(open) {
  document.body.classList.toggle('open', open)
  menu.setAttribute('aria-expanded', String(open))
}

function current() {
  try {
    return decodeURIComponent(location.hash.slice(1))
  } catch {
    return ''
  }
}

function show(isFirst) {
  const id = current()
  if (id === 'main') return main.focus()
  const entry = operations.find((one) => one.id === id)
  const key = entry === undefined ? '' : id
  stopAll()
  if (!pages.has(key)) pages.set(key, entry === undefined ? overviewPage() : operationPage(entry))
  const page = pages.get(key)
  main.replaceChildren(page.node)
  page.shown()
  for (const one of links) {
    if (one.id === key) one.link.setAttribute('aria-current', 'page')
    else one.link.removeAttribute('aria-current')
  }
  document.title = entry === undefined ? api.info.title : (entry.operation.summary || id) + ' – ' + api.info.title
  openMenu(false)
  if (isFirst) return
  scrollTo(0, 0)
  page.node.querySelector('h1').focus({ preventScroll: true })
}

search.addEventListener('input', filter)
addEventListener('hashchange', () => show(false))
menu.addEventListener('click', () => {
  openMenu(menu.getAttribute('aria-expanded') !== 'true')
  if (document.body.classList.contains('open')) search.focus()
})

addEventListener('keydown', (event) => {
  const isTyping = /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName ?? '')
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault()
    openMenu(true)
    search.focus()
    search.select()
  } else if (event.key === 'Escape' && document.getElementById('nav').contains(event.target)) {
    search.value = ''
    filter()
    openMenu(false)
    main.focus()
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && document.getElementById('nav').contains(event.target)) {
    const shown = links.filter(({ item }) => !item.hidden).map(({ link }) => link)
    const at = shown.indexOf(event.target)
    const next = event.key === 'ArrowDown' ? shown[at + 1] : at > 0 ? shown[at - 1] : search
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  } else if (event.key === 'Enter' && event.target === search) {
    links.find(({ item }) => !item.hidden)?.link.click()
  }
})

// As the system says, or as it was chosen here.
const THEMES = ['auto', 'light', 'dark']
let theme = 'auto'
try {
  theme = THEMES.find((one) => one === localStorage.getItem('hagaki-theme')) ?? 'auto'
} catch {}

function paint() {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.setAttribute('data-theme', theme)
  themeButton.textContent = 'Theme: ' + theme
}

themeButton.addEventListener('click', () => {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]
  try {
    localStorage.setItem('hagaki-theme', theme)
  } catch {}
  paint()
  say('Theme: ' + theme)
})

paint()
show(true)
`
