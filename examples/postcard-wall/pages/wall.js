/**
 * The wall, live: what others post is put up here when it comes. Without this script the page reads
 * and writes as well.
 */
const ROOM = 1_000
const RETRY_MS = 1_000
const DOWN = 'The line is down. Trying again.'

const wall = document.querySelector('#wall[data-live]')
const news = document.querySelector('#news')
const text = document.querySelector('#text')
const left = document.querySelector('#left')
let retry = null

if (wall !== null) watch()
text?.addEventListener('input', count)
count()

// Asked from the newest card that hangs here, so that none is missed, however long the line was down. Where it
// breaks off, the browser asks again by itself, and says which card it saw last.
function watch() {
  const newest = wall.firstElementChild?.id.replace('card-', '') ?? '0'
  const source = new EventSource(`${wall.dataset.live}?after=${newest}`)
  let turn = Promise.resolve()
  source.onopen = () => say('New cards appear here by themselves.')
  source.onmessage = ({ data }) => {
    turn = turn.then(() => putUp(JSON.parse(data))).catch(again)
  }
  source.onerror = () => (source.readyState === EventSource.CLOSED ? again() : say(DOWN))
  // The service says why it ends, such as a page so old that cards have fallen off since.
  source.addEventListener('failure', ({ data }) => {
    source.close()
    if (JSON.parse(data).code !== 'cards_fallen') return again()
    say('This page is out of date. Reload it to see what is new.')
  })

  // What it did answer was no stream, or a card could not be had.
  function again() {
    source.close()
    clearTimeout(retry)
    retry = setTimeout(watch, RETRY_MS)
    say(DOWN)
  }
}

// The server draws every card; it is taken as it comes.
async function putUp({ id, from, to }) {
  if (document.getElementById(`card-${id}`) !== null) return
  const answer = await fetch(`${wall.dataset.card}?id=${id}`)
  if (answer.status === 404) return // taken down meanwhile
  if (!answer.ok) throw new Error(`card ${id}: ${answer.status}`)
  const template = document.createElement('template')
  template.innerHTML = await answer.text()
  template.content.firstElementChild.classList.add('arriving')
  wall.prepend(template.content)
  if (wall.children.length > ROOM) wall.lastElementChild.remove()
  document.querySelector('#bare')?.remove()
  say(`New: ${from} wrote to ${to}.`)
}

function say(what) {
  if (news.textContent !== what) news.textContent = what
}

function count() {
  if (text !== null && left !== null) left.textContent = `${text.maxLength - text.value.length}`
}
