/**
 * Chromium for tests that open pages: the one that is installed, as quiet as it can be told to be.
 *
 * @module
 */
import { type Browser, chromium } from 'playwright-core'
import { chromium as chromiumPath } from '../scripts/needs.ts'

/** Starts it. Throws Error, with how to install it, where it is missing. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
