/**
 * What the page does beyond what HTML does by itself: copying. Without it the buttons stay hidden.
 *
 * @module
 */

export const SCRIPT = `
for (const button of document.querySelectorAll('button[data-copy]')) {
  const label = button.textContent
  button.hidden = false
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent
    const done = await copied(text)
    button.textContent = done ? 'Copied' : 'Select and copy it'
    document.getElementById('said').textContent = button.textContent
    button.addEventListener('blur', () => { button.textContent = label }, { once: true })
  })
}

// The clipboard is there on a secure origin only, which an address of the local network is not.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {}
  const held = document.activeElement
  const area = document.createElement('textarea')
  area.className = 'unseen'
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  held?.focus()
  return done
}
`
