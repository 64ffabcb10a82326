/**
 * WebSockets: services over them, and what calls those. In a browser this entry has the latter alone.
 *
 * @module
 */

export type { Admits, UpgradeHead } from './admission.ts'
export {
  type ByName,
  type ByNameOptions,
  type WebSocketOptions,
  type WebSocketTransport,
  webSocket,
} from './client.ts'
export { type OverWebSocketOptions, overWebSocket } from './server.ts'
