/**
 * A picture for the card that is being written: it is made small, shown, and sent while one goes on writing.
 *
 * Making it small also leaves out what cameras write into it, such as where it was taken.
 */
const LONGEST = 1_600 // pixels
const QUALITY = 0.85
const LOST = 'The picture did not arrive. Choose it again.'
const WHY = {
  401: 'Sign in again to put a picture on it.',
  413: 'The picture is too large.',
  503: 'The wall has no room for pictures just now.',
}

const form = document.querySelector('#write')
const photo = document.querySelector('#photo')
const picture = document.querySelector('#picture')
const file = document.querySelector('#file')
const sent = document.querySelector('#sent')
const news = document.querySelector('#photo-news')
const chosen = document.querySelector('#chosen')
const preview = document.querySelector('#preview')
/** What is under way: aborted when another picture is chosen, or none. */
let sending = null
let posting = false

photo.hidden = false
if (picture.value !== '') show(`${photo.dataset.pictures}/${picture.value}`) // a form that came back

file.addEventListener('change', () => file.files.length > 0 && choose(file.files[0]))
document.querySelector('#unchoose').addEventListener('click', () => {
  leaveOut('')
  file.focus()
})
form.addEventListener('submit', (event) => {
  if (sending === null) return
  event.preventDefault()
  posting = true
  say('The card is posted as soon as its picture is here.')
})

async function choose(original) {
  leaveOut('')
  const own = new AbortController()
  sending = own
  try {
    const small = await madeSmall(original)
    if (own.signal.aborted) return
    show(URL.createObjectURL(small))
    const name = await upload(small, own.signal)
    sending = null
    sent.hidden = true
    picture.value = name
    say('The picture is here.')
    if (posting) form.requestSubmit()
  } catch (error) {
    if (!own.signal.aborted) leaveOut(error.message)
  }
}

async function madeSmall(original) {
  const bitmap = await createImageBitmap(original).catch(() => {
    throw new Error('That is no picture that this browser knows.')
  })
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff' // behind what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}

// XMLHttpRequest, for `fetch` does not tell how much it has sent. Resolves with the picture's name.
function upload(small, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', photo.dataset.pictures)
    request.setRequestHeader('content-type', small.type)
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => {
      sent.value = loaded / total
    }
    request.onload = () =>
      request.status === 201 ? resolve(request.response.name) : reject(new Error(WHY[request.status] ?? LOST))
    request.onerror = () => reject(new Error(LOST))
    signal.addEventListener('abort', () => request.abort())
    sent.value = 0
    sent.hidden = false
    say('The picture is on its way.')
    request.send(small)
  })
}

function show(url) {
  preview.src = url
  chosen.hidden = false
}

function leaveOut(why) {
  sending?.abort()
  sending = null
  posting = false
  sent.hidden = true
  chosen.hidden = true
  URL.revokeObjectURL(preview.src)
  preview.removeAttribute('src')
  picture.value = ''
  file.value = ''
  say(why)
}

function say(what) {
  if (news.textContent !== what) news.textContent = what
}
