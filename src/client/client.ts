/**
 * The typed client of a service, over any transport. Runs in browsers.
 *
 * @module
 */
export { clientByName } from './by-name.ts'
export type { CallOptions, Progress } from './call-options.ts'
export { type ClientContract, clientContract, type WrittenContract } from './client-contract.ts'
export type { Call, Client } from './client-types.ts'
export { type ClientOptions, client } from './functions.ts'
export { type HttpOptions, http } from './http.ts'
export { local } from './local.ts'
export { type FailureOf, failureOf, issuesOf } from './refusals.ts'
export { type Upload, type Uploader, upload } from './upload.ts'
