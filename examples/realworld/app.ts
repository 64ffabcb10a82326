/**
 * Conduit over HTTP: pages of any origin may use it.
 *
 * @module
 */
import { type App, use } from 'hagaki'
import { cors } from 'hagaki/middleware'
import { conduit } from './conduit.ts'

/** What stands around the service, whatever resources it has. */
export const published = (service: App): App => use(service, cors({ origin: '*' }))

export default published(conduit)
