import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { client, http } from 'hagaki/client'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Started } from '../started.ts'
import { readContrast } from './contrast.ts'
import { cardWith, field, Visitors, write } from './visitor.ts'
import { type Wall, wall } from './wall.ts'

let folder: string
let env: Record<string, string>
let started: Started
let visitors: Visitors

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postcard-wall-'))
  env = { WALL_DATA: join(folder, 'data'), WALL_PYTHON: python() }
  visitors = new Visitors()
  started = await Started.start('postcard-wall/app.ts', env)
})

afterAll(async () => {
  await visitors?.leave()
  await started?.stop()
  await rm(folder, { recursive: true, force: true })
})

const visit = (path?: string, options?: BrowserContextOptions): Promise<Page> =>
  visitors.visit(started.url, path, options)

test('a bare wall says so; a card that is written hangs there, and others see it come', async () => {
  const [writer, reader] = [await visit(), await visit()]
  expect(await writer.getByText('The wall is bare.').isVisible()).toBe(true)
  await reader.getByText('New cards appear here by themselves.').waitFor()
  await reader.evaluate('window.never = "reloaded"')

  await write(writer, 'Hello <b>there</b> & "you"\nsecond line')
  await writer.waitForURL(/#card-\d+$/)
  const card = cardWith(writer, 'Hello <b>there</b> & "you"')
  expect(await card.getAttribute('aria-label')).toBe('Postcard from Ada to Grace')
  expect(await writer.getByText('The wall is bare.').count()).toBe(0)

  await cardWith(reader, 'Hello <b>there</b> & "you"').waitFor()
  await reader.getByText('New: Ada wrote to Grace.').waitFor()
  expect(await reader.getByText('The wall is bare.').count()).toBe(0)
  expect(await reader.evaluate('window.never')).toBe('reloaded')
  expect(await reader.getByRole('article').count()).toBe(await writer.getByRole('article').count())
})

test('a wall that was away is watched again, and what came meanwhile is caught up', async () => {
  const away = { ...env, WALL_DATA: join(folder, 'away') }
  const before = await Started.start('postcard-wall/app.ts', away)
  onTestFinished(() => before.kill())
  const page = await visitors.hold(before.url)
  await page.getByText('New cards appear here by themselves.').waitFor()
  await before.kill()
  await page.getByText('The line is down. Trying again.').waitFor()
  const after = await Started.start('postcard-wall/app.ts', away, { port: new URL(before.url).port })
  onTestFinished(async () => {
    await page.close()
    await after.stop()
  })
  await client<Wall>(wall.contract, http(`${after.url}/api`)).add({
    text: 'Meanwhile',
    from: 'Ada',
    to: 'Grace',
  })
  await cardWith(page, 'Meanwhile').waitFor()
})

test('wrong input is told beside its field, which has the focus, and what was typed stays', async () => {
  const page = await visit()
  const before = await page.getByRole('article').count()
  await write(page, 'This stays', '   ', 'Ada')
  await page.getByText('The addressee must not be empty.').waitFor()
  expect(await field(page, 'Message').inputValue()).toBe('This stays')
  const to = field(page, 'To')
  expect(await to.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true)
  expect(await to.getAttribute('aria-invalid')).toBe('true')
  expect(await page.locator(`#${await to.getAttribute('aria-describedby')}`).textContent()).toBe(
    'The addressee must not be empty.',
  )
  expect(await page.getByRole('article').count()).toBe(before)
  await to.fill('Grace')
  await page.getByRole('button', { name: 'Post it' }).click()
  await page.waitForURL(/#card-\d+$/)
  expect(await cardWith(page, 'This stays').count()).toBe(1)
})

test('the keyboard alone is enough', async () => {
  const page = await visit()
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Join the wall')
  const stops: string[] = []
  for (const typed of ['By keyboard', 'Grace', 'Ada']) {
    await page.keyboard.press('Tab')
    stops.push(await focused())
    await page.keyboard.type(typed)
  }
  expect(stops).toEqual(['text', 'to', 'from'])
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Post it')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#card-\d+$/)
  expect(await cardWith(page, 'By keyboard').count()).toBe(1)
})

test('reading and writing need no script', async () => {
  const page = await visit('/', { javaScriptEnabled: false })
  await write(page, 'Without script', ' ', 'Ada')
  await page.getByText('The addressee must not be empty.').waitFor()
  await field(page, 'To').fill('Grace')
  await page.getByRole('button', { name: 'Post it' }).click()
  await page.waitForURL(/#card-\d+$/)
  expect(await cardWith(page, 'Without script').count()).toBe(1)
})

test('every page is headed, named and landmarked for those who listen to it', async () => {
  for (const [path, heading] of [
    ['/', 'Write somebody a postcard'],
    ['/almanac', 'Almanac'],
    ['/office', 'Post office'],
    ['/sign-in', 'Sign in'],
    ['/join', 'Join the wall'],
  ] as const) {
    const page = await visit(path)
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual([heading])
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    for (const role of ['banner', 'main', 'navigation', 'contentinfo'] as const) {
      expect(await page.getByRole(role).count(), `${role} of ${path}`).toBe(1)
    }
    const unnamed = await page
      .locator('input:visible, select:visible, textarea:visible')
      .evaluateAll((fields) =>
        fields
          .filter((field) => ((field as HTMLInputElement).labels?.length ?? 0) === 0)
          .map((field) => field.id),
      )
    expect(unnamed).toEqual([])
  }
})

test('text keeps a contrast of 4.5 to 1 by day and by night (WCAG 1.4.3)', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const path of ['/', '/almanac', '/office', '/sign-in', '/join']) {
      const page = await visit(path, { colorScheme })
      if (path === '/') {
        await write(page, 'For the contrast', ' ')
        await page.locator('.wrong').waitFor()
      }
      const { texts, faint } = await page.evaluate(readContrast)
      expect(texts, `${path} ${colorScheme}`).toBeGreaterThan(8)
      expect(faint, `${path} ${colorScheme}`).toEqual([])
    }
  }
})

test('a dark scheme has a dark wall, dark papers and light ink', async () => {
  const page = await visit('/', { colorScheme: 'dark' })
  const light = (selector: string, member: 'backgroundColor' | 'color'): Promise<number> =>
    page
      .locator(selector)
      .first()
      .evaluate((element, name) => {
        const [red, green, blue] = getComputedStyle(element)[name].match(/\d+/g)!.map(Number)
        return (red! + green! + blue!) / 3
      }, member)
  expect(await light('html', 'backgroundColor')).toBeLessThan(60)
  expect(await light('.wall .postcard', 'backgroundColor')).toBeLessThan(90)
  expect(await light('.wall .message', 'color')).toBeGreaterThan(190)
})

test('nothing is wider than the screen, from 320 pixels up', async () => {
  const page = await visit()
  await write(page, 'W'.repeat(280), 'W'.repeat(40), 'W'.repeat(40))
  await page.waitForURL(/#card-\d+$/)
  for (const path of ['/', '/almanac', '/office', '/sign-in', '/join']) {
    for (const width of [320, 360, 768, 1920]) {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(path)
      const [content, screen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      )
      expect(content, `${path} at ${width}`).toBeLessThanOrEqual(screen)
    }
  }
})

test('the almanac shows the stamp of this wall, and counts what is written', async () => {
  const page = await visit()
  await write(page, 'lighthouse lighthouse lighthouse lighthouse')
  await page.waitForURL(/#card-\d+$/)
  await page.getByRole('link', { name: 'Almanac' }).click()
  const stamp = page.getByRole('img', { name: /^A stamp/ })
  await stamp.evaluate((image) => (image as HTMLImageElement).decode())
  expect(await stamp.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(360)
  expect(await page.getByRole('listitem').filter({ hasText: 'lighthouse' }).textContent()).toContain('4')
  await page.getByRole('link', { name: 'Wall', exact: true }).click()
  await page.waitForURL(`${started.url}/`)
})

test('the post office tells the price, and remembers where one wrote to', async () => {
  const page = await visit()
  await page.getByRole('link', { name: 'Post office' }).click()
  await page.getByLabel('Weight in grams').fill('0')
  await page.getByRole('button', { name: 'Weigh it' }).click()
  await page.getByText('The weight must be 1 to 50 grams, in whole numbers.').waitFor()
  await page.getByLabel('To').selectOption('Kenya')
  await page.getByLabel('Weight in grams').fill('10')
  await page.getByRole('button', { name: 'Weigh it' }).click()
  await page.getByText('to Kenya for 10 g.').waitFor()
  expect(await page.getByRole('status').textContent()).toContain('¥195')
  await page.goto('/office')
  expect(await page.getByLabel('To').inputValue()).toBe('ke')
  await page.getByRole('link', { name: 'Almanac' }).click()
  await page.getByRole('heading', { name: 'Almanac' }).waitFor()
})
