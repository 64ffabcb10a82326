/**
 * Servers for Node.
 *
 * @module
 */
export { type CloseOptions, type Running, type ServeOptions, serve } from './serve.ts'
export { type NodeListener, type ToNodeOptions, toNode } from './to-node.ts'
export { type RunningWorkers, type ServeWorkersOptions, serveWorkers } from './workers/serve-workers.ts'
