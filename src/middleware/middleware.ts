/**
 * `hagaki/middleware`: apps around apps, one per file.
 *
 * @module
 */
export { type WarnBlockedOptions, warnBlocked } from './blocked-loop.ts'
export { type CorsOptions, cors } from './cors.ts'
export { type FilesOptions, files } from './files.ts'
export { type Check, type HealthOptions, health } from './health.ts'
export { type LogEntry, type LogOptions, log } from './log.ts'
export { mount } from './mount.ts'
export { type RequestIdOptions, requestId, requestIdKey } from './request-id.ts'
export { type Session, type SessionOptions, type SessionTime, session } from './session.ts'
export { type ShowErrorsOptions, showErrors } from './show-errors.ts'
export { type TrustProxyOptions, trustProxy } from './trust-proxy.ts'
