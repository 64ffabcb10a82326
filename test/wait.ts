/**
 * For `vi.waitFor`, `vi.waitUntil` and `expect.poll`: nearly all the time that a test has, in milliseconds. It ends
 * a hang with what was waited for, and judges no speed.
 *
 * @module
 */
export const WAIT_MS = 100_000
