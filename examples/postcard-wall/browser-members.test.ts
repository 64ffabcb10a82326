/** Members of the wall in Chromium: at the door, with pictures, and seen from another worker. */
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Started } from '../started.ts'
import { readContrast } from './contrast.ts'
import { temporary } from './scratch.ts'
import { cardWith, enter, field, Visitors, write } from './visitor.ts'

const PASSWORD = 'correct horse'

let folder: string
/** Two workers, who take turns. */
let here: Started
let visitors: Visitors

beforeAll(async () => {
  folder = await temporary()
  const env = { WALL_DATA: folder, WALL_PYTHON: python() }
  visitors = new Visitors()
  here = await Started.start('postcard-wall/app.ts', env, { workers: '2' })
})

afterAll(async () => {
  await visitors?.leave()
  await here?.stop()
  await rm(dirname(folder), { recursive: true, force: true })
})

const visit = (path?: string, options?: BrowserContextOptions): Promise<Page> =>
  visitors.visit(here.url, path, options)

/** A member at the wall, who has just joined. */
async function member(name: string, options?: BrowserContextOptions): Promise<Page> {
  const page = await visit('/join', options)
  await enter(page, 'Join', name, PASSWORD)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return page
}

/** A picture that is large, whatever is made of it: noise. */
async function choosePicture(page: Page, width = 1_200): Promise<void> {
  const png = await page.evaluate(async (width) => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = width
    const context = canvas.getContext('2d')!
    const image = context.createImageData(width, width)
    for (let at = 0; at < image.data.length; at += 65_536)
      crypto.getRandomValues(image.data.subarray(at, at + 65_536))
    for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255
    context.putImageData(image, 0, 0)
    return canvas.toDataURL('image/png').split(',')[1]!
  }, width)
  const buffer = Buffer.from(png, 'base64')
  await page.locator('#photo:not([hidden])').waitFor() // by the script that hears of files
  await page
    .getByLabel('Put a picture on it')
    .setInputFiles({ name: 'noise.png', mimeType: 'image/png', buffer })
}

test('who joins is greeted by name, leaves, and comes back by the password', async () => {
  const page = await visit()
  await page.getByRole('link', { name: 'Join the wall' }).click()
  await enter(page, 'Join', 'Ada', PASSWORD)
  await page.waitForURL(`${here.url}/`)
  expect(await page.getByRole('banner').textContent()).toContain('Ada')
  expect(await field(page, 'From').inputValue()).toBe('Ada')

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await enter(page, 'Sign in', 'ada', PASSWORD)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  expect(await page.getByRole('banner').textContent()).toContain('Ada')
  expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Lax' }])
})

test('a wrong password, an unknown name and a name that is taken are told beside their fields', async () => {
  await member('Grace')
  const page = await visit('/sign-in')
  const told: string[] = []
  for (const [name, password] of [
    ['Grace', 'wrong password'],
    ['Nobody', PASSWORD],
  ] as const) {
    await enter(page, 'Sign in', name, password)
    const message = page.locator('#password-wrong')
    told.push((await message.textContent())!)
    expect(await field(page, 'Name').inputValue()).toBe(name)
    const box = page.getByLabel('Password')
    expect(await box.inputValue()).toBe('')
    expect(await box.getAttribute('aria-describedby')).toBe('password-wrong')
    expect(await box.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true)
  }
  expect(told).toEqual(Array(2).fill('No member has that name and that password.'))

  await page.getByRole('link', { name: 'Join the wall' }).click()
  await enter(page, 'Join', 'grace', PASSWORD)
  await page.getByText('Somebody has that name already.').waitFor()
  await page.getByLabel('Password').evaluate((box) => box.removeAttribute('minlength'))
  await enter(page, 'Join', 'Grace H.', 'short')
  await page.getByText('The password must have at least 8 characters.').waitFor()
})

test('signing in and out needs no script', async () => {
  const page = await member('Noscript', { javaScriptEnabled: false })
  await write(page, 'Signed without script')
  await page.waitForURL(/#card-\d+$/)
  expect(await cardWith(page, 'Signed without script').textContent()).toContain('sealed by Noscript')
  expect(await page.getByText('Put a picture on it').isVisible()).toBe(false)
  await page.getByRole('button', { name: /^Take down card/ }).click()
  await page.waitForURL(/#wall-title$/)
  expect(await cardWith(page, 'Signed without script').count()).toBe(0)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
})

test('a picture is sent while one writes, with its progress, and hangs for all to see, at other workers too', async () => {
  const page = await member('Painter')
  const reader = await visitors.visit(here.url)
  await reader.getByText('New cards appear here by themselves.').waitFor()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 150_000, // octets per second: slower than one writes a card
  })
  await page.evaluate(() => {
    const sent = document.querySelector<HTMLProgressElement>('#sent')!
    const shares: number[] = (Object(window).shares = [])
    new MutationObserver(() => shares.push(sent.hidden ? -1 : sent.value)).observe(sent, { attributes: true })
  })
  await choosePicture(page)
  await page.getByText('The picture is on its way.').waitFor()
  expect(await page.getByRole('img', { name: 'The picture you chose' }).isVisible()).toBe(true)
  expect(await page.getByRole('progressbar').isVisible()).toBe(true)

  // Posted before it is there, the card waits for its picture.
  await field(page, 'What it shows').fill('Noise')
  await write(page, 'With a picture')
  await page.getByText('The card is posted as soon as its picture is here.').waitFor()
  const shares = page.waitForFunction(() => {
    const all = Object(window).shares as number[]
    return all.at(-1)! > 0.5 ? all : null
  })
  expect(
    (await (await shares).jsonValue())!.filter((share) => share > 0 && share < 1).length,
  ).toBeGreaterThan(1)
  await page.waitForURL(/#card-\d+$/, { timeout: 30_000 })

  const card = cardWith(reader, 'With a picture')
  await card.waitFor()
  expect(await card.textContent()).toContain('sealed by Painter')
  const picture = card.getByRole('img', { name: 'Noise' })
  await picture.scrollIntoViewIfNeeded()
  await picture.evaluate((image) => (image as HTMLImageElement).decode())
  expect(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1_200)
  expect(await card.getByRole('button').count()).toBe(0)

  await devtools.send('Network.disable')
  const source = (await picture.getAttribute('src'))!
  await cardWith(page, 'With a picture')
    .getByRole('button', { name: /^Take down/ })
    .click()
  await page.waitForURL(/#wall-title$/)
  expect((await fetch(here.url + source)).status).toBe(404)
})

test('a picture may be left out again, and what is none is told', async () => {
  const page = await member('Picky')
  await choosePicture(page, 400)
  await page.getByText('The picture is here.').waitFor()
  await page.getByRole('button', { name: 'Leave it out' }).click()
  expect(await page.getByRole('img', { name: 'The picture you chose' }).isVisible()).toBe(false)
  await page.getByLabel('Put a picture on it').setInputFiles({
    name: 'letter.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no picture'),
  })
  await page.getByText('That is no picture that this browser knows.').waitFor()
  await write(page, 'None at all')
  await page.waitForURL(/#card-\d+$/)
  expect(await cardWith(page, 'None at all').getByRole('img').count()).toBe(0)
})

test('a form that will not do keeps its picture', async () => {
  const page = await member('Careless')
  await choosePicture(page, 200)
  await page.getByText('The picture is here.').waitFor()
  await field(page, 'What it shows').fill('Noise that stays')
  await write(page, 'Kept', '   ')
  await page.getByText('The addressee must not be empty.').waitFor()
  expect(await field(page, 'What it shows').inputValue()).toBe('Noise that stays')
  const preview = page.getByRole('img', { name: 'The picture you chose' })
  await preview.evaluate((image) => (image as HTMLImageElement).decode())
  await field(page, 'To').fill('Grace')
  await page.getByRole('button', { name: 'Post it' }).click()
  await page.waitForURL(/#card-\d+$/)
  expect(await cardWith(page, 'Kept').getByRole('img', { name: 'Noise that stays' }).count()).toBe(1)
})

test('the keyboard alone is enough to join, to put a picture on, and to take a card down', async () => {
  const page = await visit('/join')
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()')
  const tabTo = async (what: string): Promise<void> => {
    for (let presses = 0; presses < 40 && (await focused()) !== what; presses++)
      await page.keyboard.press('Tab')
    expect(await focused()).toBe(what)
  }
  await tabTo('name')
  await page.keyboard.type('Keys')
  await tabTo('password')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()

  // Who waits for it only now may find that the browser has opened its own.
  const opened = new Promise<unknown>((resolve) => page.on('filechooser', resolve))
  await page.locator('#photo:not([hidden])').waitFor()
  await tabTo('file')
  const outlined = await page.evaluate(
    () => getComputedStyle(document.querySelector('label[for=file]')!).outlineStyle,
  )
  expect(outlined).toBe('solid')
  await page.keyboard.press('Enter')
  await opened
  await tabTo('text')
  await page.keyboard.type('By keys')
  await tabTo('to')
  await page.keyboard.type('Grace')
  await tabTo('Post it')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#card-\d+$/)
  await tabTo('Take down')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#wall-title$/)
  expect(await cardWith(page, 'By keys').count()).toBe(0)
})

test('what members see keeps its contrast, and fits a screen of 320 pixels', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await member(`${colorScheme} ${'W'.repeat(34)}`, { colorScheme })
    await choosePicture(page, 100)
    await page.getByText('The picture is here.').waitFor()
    expect((await page.evaluate(readContrast)).faint, colorScheme).toEqual([])
    const widest = async (): Promise<number> => {
      await page.setViewportSize({ width: 320, height: 800 })
      return page.evaluate<number>('document.documentElement.scrollWidth')
    }
    expect(await widest()).toBeLessThanOrEqual(320)
    await write(page, 'W'.repeat(280), 'W'.repeat(40), 'W'.repeat(40))
    await page.waitForURL(/#card-\d+$/)
    expect(await widest()).toBeLessThanOrEqual(320)
    expect((await page.evaluate(readContrast)).faint, colorScheme).toEqual([])
  }
})

test('the page about the API shows every handler, and tries them', async () => {
  const page = await visit()
  await page.getByRole('link', { name: 'API' }).click()
  await page.getByRole('heading', { level: 1, name: 'The Postcard Wall' }).waitFor()
  await page.getByText('Cards after a number, and each new one when it comes').first().waitFor()
  const answered = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/cards')
  await page.goto('/docs#list')
  await page.getByRole('button', { name: 'Send' }).first().click()
  expect((await answered).status()).toBe(200)
})
