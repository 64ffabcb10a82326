/**
 * The typed client of a service, over any transport. Runs in browsers.
 *
 * @module
 */
export { type Client, client, type WrittenContract } from './functions.ts'
export { type HttpOptions, http } from './http.ts'
export { local } from './local.ts'
export type { CallOptions } from './waiting.ts'
