/** The docs page in a real browser: trying handlers, by keyboard too, in the dark and on a phone. */
import { tmpdir } from 'node:os'
import { mount } from 'hagaki'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lowContrast } from '../contrast.ts'
import { runProgram } from '../process.ts'
import { WAIT_MS } from '../wait.ts'
import { open, tooWide } from './browser.ts'
import { shop } from './shop.ts'

let running: Running
let docs: string
beforeAll(async () => {
  running = await serve(mount({ '/api': shop }), { port: 0 })
  docs = `${running.url}/api/docs`
})
afterAll(() => running?.close({ now: true }))

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }
const NAMES = Object.keys(shop.contract.handlers)

test('a handler is tried with what stands in its fields', async () => {
  const page = await open(`${docs}#cards.list`)
  await page.getByLabel('tags').fill('sea\nold town & more')
  await page.getByLabel('stamp').selectOption('wave')
  await page.getByLabel('unread').selectOption('false')
  await page.getByLabel('p', { exact: true }).fill('2')
  await page.getByLabel('accept-language').fill('ja')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('200 OK', { exact: true }).waitFor()
  const body = JSON.parse(await page.locator('.answer pre').innerText()) as { asked: object }
  const asked = { tags: ['sea', 'old town & more'], stamp: 'wave', unread: false, page: 2, lang: 'ja' }
  expect(body.asked).toEqual(asked)
  expect(await page.locator('.answer .facts').innerText()).toMatch(/^\d+ ms, \d+ bytes$/)
  expect(await page.locator('.answer dl').textContent()).toContain('public, max-age=60')

  const curl = await page.locator('.curl pre').innerText()
  const { code, stdout, stderr } = await runProgram('bash', ['--norc', '-c', `${curl} --silent`], {
    cwd: tmpdir(),
    env: process.env,
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ asked: { ...asked } })
})

test('a body begins as data that fit; a token goes along and stays in memory', async () => {
  const page = await open(`${docs}#cards.write`)
  const send = page.getByRole('button', { name: 'Send' })
  await send.click()
  await page.getByText('401 Unauthorized', { exact: true }).waitFor()
  await page.getByLabel('member').fill('secret-token')
  await send.click()
  await page.getByText('201 Created', { exact: true }).waitFor()
  const sent = JSON.parse(await page.locator('.try textarea.code').inputValue()) as object
  expect(JSON.parse(await page.locator('.answer pre').innerText())).toMatchObject(sent)

  await page.locator('.try textarea.code').fill("{ it's none")
  expect(await page.locator('.try .hint.bad').innerText()).toMatch(/^No JSON: /)
  await send.click()
  await page.getByText('400 Bad Request', { exact: true }).waitFor()
  expect(await page.locator('.answer pre').innerText()).toContain('body_malformed')
  const curl = await page.locator('.curl pre').innerText()
  const { stdout } = await runProgram('bash', ['--norc', '-c', `${curl} --silent`], {
    cwd: tmpdir(),
    env: process.env,
  })
  expect(JSON.parse(stdout)).toMatchObject({ status: 400 })

  expect(
    await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie])),
  ).not.toContain('secret')
  await page.goto(`${docs}#cards.remove`)
  expect(await page.getByLabel('member').inputValue(), 'another handler of the same guard').toBe(
    'secret-token',
  )
  await page.reload()
  expect(await page.getByLabel('member').inputValue()).toBe('')
})

test('what the path needs has to be given', async () => {
  const page = await open(`${docs}#cards.read`)
  await page.getByRole('button', { name: 'Send' }).click()
  expect(await page.getByRole('alert').innerText()).toBe('Give id: it is a part of the path.')
  expect(await page.getByLabel('id').evaluate((input) => input === document.activeElement)).toBe(true)
  await page.getByLabel('id').fill('8')
  await page.keyboard.press('Control+Enter')
  await page.getByText('404 Not Found', { exact: true }).waitFor()
  expect(await page.locator('.answer pre').innerText()).toContain('card_missing')
})

test('forms, text, files and parts are sent as what they are', async () => {
  const page = await open(`${docs}#cards.label`)
  const send = page.getByRole('button', { name: 'Send' })
  const answer = page.locator('.answer pre')
  await page.getByLabel('name').fill('ann & co')
  await page.getByLabel('lines').fill('one\ntwo')
  await page.getByLabel('bold').selectOption('true')
  await send.click()
  await answer.waitFor()
  expect(JSON.parse(await answer.innerText())).toBe('ANN & CO; one; two')

  await page.goto(`${docs}#stamps.say`)
  await page.getByLabel('Body', { exact: true }).last().fill('hello\n')
  await send.click()
  await answer.waitFor()
  expect(await answer.innerText()).toBe('hello\n')

  const file = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('png') }
  await page.goto(`${docs}#stamps.draw`)
  await page.getByLabel('id').fill('1')
  await page.getByLabel('File').setInputFiles(file)
  expect(await page.locator('.curl pre').innerText()).toContain('--data-binary @a.png')
  await send.click()
  await page.getByText('204 No Content', { exact: true }).waitFor()

  await page.goto(`${docs}#upload`)
  await page.getByLabel('parts').fill('title=Kamakura')
  await page.getByLabel('Files').setInputFiles(file)
  await send.click()
  await answer.waitFor()
  expect(JSON.parse(await answer.innerText())).toEqual(['title', 'a.png'])
})

test('a picture is shown, and a stream as it comes until it is stopped', async () => {
  const page = await open(`${docs}#stamps.show`)
  await page.getByLabel('id').fill('1')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.locator('.answer img').waitFor()
  expect(
    await page.locator('.answer img').evaluate((image) => (image as HTMLImageElement).naturalWidth),
  ).toBe(1)

  await page.goto(`${docs}#watch`)
  for (const type of ['text/event-stream', 'application/jsonl']) {
    await page.getByLabel('count').fill('1000000')
    await page.getByLabel('Format of the answer').selectOption(type)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.locator('.log li').nth(2).waitFor()
    expect(await page.locator('.log li').first().innerText()).toContain('"id":1,')
    await page.getByRole('button', { name: 'Stop' }).click()
    await page
      .locator('.answer')
      .getByText(/^Stopped after /)
      .waitFor()
  }
  await page.getByLabel('count').fill('2')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.locator('.answer').getByText('2 items, and the stream has ended.').waitFor()
})

test('everything is done by keyboard alone', async () => {
  const page = await open(docs)
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { activeElement: at } = document
      return at === null ? '' : at.getAttribute('name') || at.id || (at.textContent ?? '').trim()
    })
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to content')
  await page.keyboard.press('/')
  expect(await focused()).toBe('search')
  await page.keyboard.type('picture get')
  expect(await page.locator('#found').innerText()).toBe('1 handler found')
  await page.keyboard.press('Escape')
  expect([await focused(), await page.locator('nav li:visible').count()]).toEqual(['main', NAMES.length])
  await page.keyboard.press('/')
  await page.keyboard.type('cards')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.locator('nav a[aria-current]').waitFor()
  expect(await focused()).toBe(await page.locator('h1').innerText())

  await page.goto(`${docs}#cards.read`)
  await page.getByRole('heading', { name: 'One postcard' }).waitFor()
  const stops: string[] = []
  while (!stops.includes('id') && stops.length < 40) {
    await page.keyboard.press('Tab')
    stops.push(await focused())
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
    expect(outline, `focus is seen on ${stops.at(-1)}`).toBe('solid')
  }
  await page.keyboard.type('7')
  await page.keyboard.press('Control+Enter')
  await page.getByText('200 OK', { exact: true }).waitFor()
})

test('each handler has a link of its own, and a title', async () => {
  const page = await open(`${docs}#cards.read`)
  expect([await page.locator('h1').innerText(), await page.title()]).toEqual([
    'One postcard',
    'One postcard – Postcards',
  ])
  await page.getByLabel('id').fill('7')
  await page.goto(`${docs}#stamps.say`)
  expect(await page.locator('h1').innerText()).toBe('Says it back')
  await page.goBack()
  expect(await page.getByLabel('id').inputValue(), 'what was typed is still there').toBe('7')
  for (const strange of ['#nothing', '#%', '#__proto__'])
    expect(await (await open(docs + strange)).locator('h1').innerText()).toBe('Postcards')
})

test('a schema that contains itself is opened as far as one likes', async () => {
  const page = await open(`${docs}#stamps.thread`)
  const inner = page.locator('.told .outline').first()
  for (let depth = 0; depth < 4; depth++) await inner.locator('details:not([open]) > summary').first().click()
  await expect.poll(() => inner.getByText('replies', { exact: true }).count(), { timeout: WAIT_MS }).toBe(5)
  expect(JSON.parse(await page.locator('.try textarea.code').inputValue())).toMatchObject({ text: 'text' })
})

test('it is light or dark as the system says, or as was chosen, and legible in both (WCAG 2.2, 1.4.3)', async () => {
  const background = () => getComputedStyle(document.body).backgroundColor
  const [light, dark] = ['rgb(250, 248, 243)', 'rgb(21, 23, 27)']
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await open(`${docs}#cards.write`, { colorScheme })
    await page.getByLabel('member').fill('x')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('201 Created', { exact: true }).waitFor()
    expect(await page.evaluate(background)).toBe(colorScheme === 'light' ? light : dark)
    expect(await page.evaluate(lowContrast), colorScheme).toEqual([])
  }
  const page = await open(docs, { colorScheme: 'dark' })
  const toggle = page.getByRole('button', { name: /^Theme/ })
  const seen: string[] = []
  for (let clicks = 0; clicks < 3; clicks++) {
    await toggle.click()
    seen.push(`${await toggle.innerText()} ${await page.evaluate(background)}`)
  }
  expect(seen).toEqual([`Theme: light ${light}`, `Theme: dark ${dark}`, `Theme: auto ${dark}`])
  await toggle.click()
  await page.reload()
  expect(await page.evaluate(background), 'kept').toBe(light)
})

test('a phone of 360 points shows all of it without scrolling sideways (WCAG 2.2, 1.4.10)', async () => {
  const page = await open(docs, PHONE)
  for (const name of ['', ...NAMES]) {
    await page.goto(`${docs}#${name}`)
    expect(await tooWide(page), name).toEqual([])
  }
  await page.getByRole('button', { name: 'Handlers' }).click()
  expect(await tooWide(page)).toEqual([])
  await page.locator('#nav').getByText('write', { exact: true }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByLabel('member').fill('x')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('201 Created', { exact: true }).waitFor()
  expect(await page.locator('#nav').isVisible()).toBe(false)
  expect(await tooWide(page)).toEqual([])
})
