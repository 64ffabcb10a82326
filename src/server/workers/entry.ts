/**
 * The program of the workers of `serveWorkers`.
 *
 * @module
 */
import { runWorker } from './worker.ts'

await runWorker()
