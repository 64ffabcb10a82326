/**
 * For tests: people who visit a wall, each with a browser of their own.
 *
 * @module
 */
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { advice, chromium, NEEDS } from '../../scripts/needs.ts'

const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'].concat(
  ['background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`),
)

export class Visitors {
  readonly #launched: Promise<Browser>

  constructor() {
    this.#launched = launch()
    this.#launched.catch(() => {}) // each test fails by it, and says what to install
  }

  /** Somebody at a page of the wall at `url`. Whatever the browser complains about fails the test. */
  async visit(url: string, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await (await this.#launched).newContext({
      baseURL: url,
      viewport: { width: 1280, height: 900 },
      ...options,
    })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      // A refused form is no mistake of the page.
      if (message.type() === 'error' && !message.text().includes('422')) complaints.push(message.text())
    })
    page.on('request', (request) => {
      if (!request.url().replace('blob:', '').startsWith(`${url}/`))
        complaints.push(`it asked for ${request.url()}`)
    })
    onTestFinished(async () => {
      await context.close()
      expect(complaints).toEqual([])
    })
    await page.goto(path)
    return page
  }

  /** A page that may find the wall gone. */
  async hold(url: string): Promise<Page> {
    const page = await (await this.#launched).newPage()
    await page.goto(url)
    return page
  }

  async leave(): Promise<void> {
    await (await this.#launched.catch(() => null))?.close()
  }
}

async function launch(): Promise<Browser> {
  try {
    return await driver.launch({ executablePath: chromium(), args: QUIET })
  } catch (error) {
    const need = NEEDS.find(({ variable }) => variable === 'HAGAKI_CHROMIUM')!
    throw new Error(advice(need), { cause: error })
  }
}

export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
export const cardWith = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text })

/** Fills in the blank card, and posts it. */
export async function write(page: Page, text: string, to = 'Grace', from = 'Ada'): Promise<void> {
  await field(page, 'Message').fill(text)
  await field(page, 'To').fill(to)
  await field(page, 'From').fill(from)
  await page.getByRole('button', { name: 'Post it' }).click()
}

/** Fills in the form of the door, and sends it. */
export async function enter(
  page: Page,
  how: 'Sign in' | 'Join',
  name: string,
  password: string,
): Promise<void> {
  await field(page, 'Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: how }).click()
}
