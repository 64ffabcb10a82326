/**
 * Conduit over HTTP: pages of any origin may use it, and refusals are written as the RealWorld API has them.
 *
 * @module
 */
import { type App, use } from 'hagaki'
import { cors } from 'hagaki/middleware'
import { conduit } from './conduit.ts'
import { conduitErrors } from './conduit-errors.ts'

/** What stands around the service, whatever resources it has. */
export const published = (service: App): App => use(service, cors({ origin: '*' }), conduitErrors)

export default published(conduit)
