/**
 * Conduit over HTTP: pages of any origin may use it.
 *
 * @module
 */
import { type App, use } from 'hagaki'
import { cors } from 'hagaki/middleware'
import { conduit } from './conduit.ts'

// Some frontends say that they are no form (x-requested-with).
const anyOrigin = cors({
  origin: '*',
  headers: ['authorization', 'content-type', 'x-requested-with'],
  maxAgeSeconds: 600,
})

/** What stands around the service, whatever resources it has. */
export const published = (service: App): App => use(service, anyOrigin)

export default published(conduit)
